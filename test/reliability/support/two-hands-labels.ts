import type { DeletedMail, Failed, MarkedMail, MovedMail } from '../../../src/domain/filing.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import type { Tally } from '../case.ts';
import type { Picture } from './mailbox-desk.ts';
import type { Hand } from './two-hands.ts';

export interface Round {
  before: Picture;
  after: Picture;
  mine: Hand;
  other: Hand;
  answer: ToolOutcome<unknown>;
}

type Data = Partial<MovedMail & MarkedMail & DeletedMail>;

/** After both have come to rest: nothing lost, nobody else's mail touched, and our answer true. */
export function judgeRound(
  name: string,
  round: Round,
  tally: Tally,
): { doubled: number; isUnknown: boolean; met: boolean } {
  const { mine, other, answer } = round;
  const input = `${name}: we ${mine.kind} ${mine.ids} to ${mine.target}, they ${other.kind} ${other.ids} to ${other.target}`;
  const wrong: string[] = [];
  if (!answer.ok && ['internal', 'timeout', 'unavailable'].includes(answer.error.code))
    wrong.push(answer.error.code);
  const doubled = conserved(round, wrong);
  untouched(round, wrong);
  tally.count(input, wrong);
  for (const id of mine.ids) for (const lie of liesOf(id, round)) tally.mislabelled(input, lie);
  const isUnknown = JSON.stringify(answer).includes('unknown_outcome');
  return { doubled, isUnknown, met: mine.ids.some((id) => other.ids.includes(id)) };
}

/** What lies in the trash goes for good. */
const deletes = ({ kind }: Hand, id: string) =>
  kind === 'delete' || (kind === 'trash' && id.startsWith('Trash/'));

/** @returns how many stand there twice because both moved them */
function conserved({ before, after, mine, other }: Round, wrong: string[]): number {
  const byBoth = (id: string) => mine.ids.includes(id) && other.ids.includes(id);
  const mayGo = (id: string) =>
    (deletes(mine, id) && mine.ids.includes(id)) || (other.kind === 'expunge' && other.ids.includes(id));
  let doubled = 0;
  for (const subject of new Set([...before.values()].map((mail) => mail.subject))) {
    const were = idsOf(before, subject);
    const are = idsOf(after, subject);
    if (are.length < were.filter((id) => !mayGo(id)).length) wrong.push(`${subject} is lost`);
    if (are.length <= were.length) continue;
    if (were.some(byBoth)) doubled++;
    else wrong.push(`${subject} stands there ${are.length} times`);
  }
  return doubled;
}

const idsOf = (picture: Picture, subject: string) =>
  [...picture].filter(([, mail]) => mail.subject === subject).map(([id]) => id);

function untouched({ before, after, mine, other }: Round, wrong: string[]): void {
  for (const [id, { flags, subject }] of before) {
    if (mine.ids.includes(id) || other.ids.includes(id)) continue;
    const now = after.get(id);
    if (now?.subject !== subject) wrong.push(`${id} (${subject}) is nobody's and not there any more`);
    else if (String(now.flags) !== String(flags)) wrong.push(`${id} is nobody's and has ${now.flags} now`);
  }
}

function liesOf(id: string, { before, after, mine, other, answer }: Round): string[] {
  const was = before.get(id);
  const [done, failed] = said(id, mine, answer);
  const isTheirs = other.ids.includes(id) && other.kind !== 'nothing' && other.kind !== 'flag';
  const places = [...after].filter(([, { subject }]) => was && subject === was.subject);
  const isAt = (folder: string) => places.some(([, mail]) => mail.folder === folder);
  const target = mine.kind === 'move' ? mine.target : 'Trash';
  const isFlagged = places.some(([, { flags }]) => flags.includes('\\Flagged'));
  if (!done && !failed) return [`nothing said of ${id}`];
  if (done && !was) return [`${id} was gone before, and is said to be done`];
  if (!was) return [];
  const goes = deletes(mine, id);
  const stays = mine.kind === 'move' && was.folder === target;
  if (done) {
    if (mine.kind === 'mark') return isFlagged || isTheirs ? [] : [`${id} marked, and is not`];
    if (stays) return after.has(id) || isTheirs ? [] : [`${id} was to stay, and is gone`];
    if (after.has(id)) return [`${mine.kind} of ${id} done, and it is still there`];
    if (!goes && !isAt(target)) return [`${id} is not in ${target}`];
    const { newId } = done;
    return newId && after.get(newId)?.subject !== was.subject ? [`${newId} is another mail`] : [];
  }
  const code = failed?.code;
  if (code === 'unknown_outcome' || isTheirs) return [];
  if (after.has(id) && code === 'not_found') return [`${id} not found, and is there`];
  if (mine.kind === 'mark')
    return isFlagged && !was.flags.includes('\\Flagged') ? [`${id} ${code}, and is marked`] : [];
  return after.has(id) ? [] : [`${id} ${code}, and is gone`];
}

function said(
  id: string,
  { ids }: Hand,
  answer: ToolOutcome<unknown>,
): [{ newId?: string | undefined } | undefined, Failed[number] | undefined] {
  if (!answer.ok) return [undefined, ids.includes(id) ? { id, code: answer.error.code } : undefined];
  const { moved = [], trashed = [], updated = [], deleted = [], failed = [] } = answer.data as Data;
  const relocated = [...moved, ...trashed].find((mail) => mail.id === id);
  const isDone = deleted.includes(id) || updated.some((mail) => mail.id === id);
  return [relocated ?? (isDone ? {} : undefined), failed.find((mail) => mail.id === id)];
}
