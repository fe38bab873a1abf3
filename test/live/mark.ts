import { randomInt } from 'node:crypto';

/** What the mails of a test are about, before its mark; a sweep removes no others. */
const subjects = ['Küche', 'Re: Küche', 'Entwurf', 'An mich'] as const;
export type Subject = (typeof subjects)[number];

const hour = 3_600_000;

/**
 * `mcp-test-` and ten hex digits: seven of the minute it was made, for an IMAP folder does not say how old it is, and three
 * of chance.
 * @param now in milliseconds since 1970
 */
export function newMark(now: number, chance = randomInt(0x1000)): string {
  const minute = Math.floor(now / 60_000);
  return `mcp-test-${minute.toString(16).padStart(7, '0')}${chance.toString(16).padStart(3, '0')}`;
}

export function folderOf(mark: string): string {
  return `MCP test ${mark.slice(-10)}`;
}

/** True for the mark of a run that began more than an hour ago: none takes that long. */
export function isLeftover(mark: string, now: number): boolean {
  const [, digits] = /^mcp-test-([0-9a-f]{7})[0-9a-f]{3}$/u.exec(mark) ?? [];
  return digits !== undefined && now - Number.parseInt(digits, 16) * 60_000 > hour;
}

/** The mark of a mail that only a test writes: its whole subject, not words in somebody's answer to it. */
export function markOfSubject(subject: string): string | undefined {
  const found = /^(.+) (mcp-test-[0-9a-f]{10})$/u.exec(subject.normalize());
  return subjects.some((known) => known === found?.[1]) ? found?.[2] : undefined;
}

/** The mark of a folder of a test, by the last part of its path. */
export function markOfFolder(name: string): string | undefined {
  const [, digits] = /^MCP test ([0-9a-f]{10})(?: 2)?$/u.exec(name) ?? [];
  return digits && `mcp-test-${digits}`;
}
