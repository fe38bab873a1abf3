import { unfolded } from '../ics/document.ts';

/** Every change renews them, ours and anybody else's, to the second only. */
const stamps = /^(?:DTSTAMP|LAST-MODIFIED|SEQUENCE)[;:]/iu;

/**
 * Whether the text the server holds now is what a change from `before` to `wanted` was to make of it. Servers add lines and
 * parameters, and write both in their own order.
 */
export function showsChange(before: string, wanted: string, now: string): boolean {
  if (now === wanted) return true;
  const [old = [], meant = [], held = []] = [before, wanted, now].map((ics) => [...new Set(linesIn(ics))]);
  const added = meant.filter((line) => !old.includes(line));
  const removed = old.filter((line) => !meant.includes(line));
  if (added.length + removed.length === 0) return false;
  const isHeld = (line: string) => held.some((other) => includes(other, line));
  // A changed parameter is a line taken out and another put in: what includes the new one is no longer the old.
  const stays = removed.filter((line) => isHeld(line) && !added.some((other) => includes(other, line)));
  return added.every(isHeld) && stays.length === 0;
}

/** Whether nothing at all became of a change from `before` to `wanted`, though the server may have put new stamps on it. */
export function staysAs(before: string, wanted: string, now: string): boolean {
  return saysTheSame(now, before) && !saysTheSame(wanted, before);
}

/** Whether two texts hold the same lines, in whatever order, with whatever stamps. */
export function saysTheSame(one: string, other: string): boolean {
  const [these, those] = [one, other].map((ics) => linesIn(ics).sort().join('\n'));
  return these === those;
}

function linesIn(ics: string): string[] {
  const lines = unfolded(ics).split(/\r\n?|\n/u);
  return lines.filter((line) => line !== '' && !stamps.test(line));
}

/** The same name and value, and at least those parameters. */
function includes(line: string, part: string): boolean {
  if (line === part) return true;
  const [one, other] = [piecesOf(line), piecesOf(part)];
  return one.value === other.value && other.head.every((piece) => one.head.includes(piece));
}

/** Name and parameters, and the value; a colon may stand in a quoted parameter. */
function piecesOf(line: string): { head: string[]; value: string } {
  const head = /^[^:"]*(?:"[^"]*"[^:"]*)*/u.exec(line)?.[0] ?? '';
  return { head: head.match(/[^;"]+(?:"[^"]*"[^;"]*)*/gu) ?? [], value: line.slice(head.length) };
}
