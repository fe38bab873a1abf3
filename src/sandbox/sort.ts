import { parseAddresses } from './address.ts';
import { decodeHeader, searchForm } from './decode.ts';
import type { Message } from './mailbox.ts';
import type { Numbered } from './mailbox-view.ts';

const sortKeys: Record<string, (message: Message) => number | string> = {
  ARRIVAL: ({ internalDate }) => internalDate.getTime(),
  DATE: (message) => sentTime(message),
  SIZE: ({ content }) => content.raw.length,
  SUBJECT: (message) => baseSubject(message),
  FROM: (message) => firstMailbox(message, 'from'),
  TO: (message) => firstMailbox(message, 'to'),
  CC: (message) => firstMailbox(message, 'cc'),
};

/** Sorts by criteria such as `['REVERSE', 'DATE']`, ties by number (RFC 5256 §3); undefined for an unknown one. */
export function sortMessages(
  targets: readonly Numbered[],
  criteria: readonly string[],
): Numbered[] | undefined {
  const comparisons: ((a: Numbered, b: Numbered) => number)[] = [];
  let direction = 1;
  for (const criterion of criteria) {
    if (criterion === 'REVERSE') {
      direction = -1;
      continue;
    }
    const key = sortKeys[criterion];
    if (!key) return undefined;
    comparisons.push(comparison(targets, key, direction));
    direction = 1;
  }
  return targets.toSorted((a, b) => {
    for (const compare of comparisons) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return a.seq - b.seq;
  });
}

/** Each key is worked out once, not at every comparison. */
function comparison(
  targets: readonly Numbered[],
  key: (message: Message) => number | string,
  direction: number,
): (a: Numbered, b: Numbered) => number {
  const values = new Map(targets.map(({ row, seq }) => [seq, key(row.message)]));
  return (a, b) => {
    const [left = 0, right = 0] = [values.get(a.seq), values.get(b.seq)];
    if (left === right) return 0;
    return left < right ? -direction : direction;
  };
}

/** The Date header, or the arrival where there is none (RFC 5256 §2.2). */
export function sentTime({ content, internalDate }: Message): number {
  return (content.sentDate ?? internalDate).getTime();
}

/** Subject without reply and forward marks (RFC 5256 §2.1), in a form to compare. */
export function baseSubject({ content }: Message): string {
  let subject = decodeHeader(content.header('subject') ?? '').replace(/\s+/gu, ' ');
  for (;;) {
    const shorter = subject
      .replace(/(?:\(fwd\)|\s)+$/iu, '')
      .replace(/^\s*(?:\[[^\][]*\]\s*)*(?:re|fwd?)\s*(?:\[[^\][]*\]\s*)?:/iu, '')
      .replace(/^\s*\[[^\][]*\]\s*(?=\S)/u, '')
      .replace(/^\s*\[fwd:(.*)\]$/iu, '$1')
      .trim();
    if (shorter === subject) return searchForm(subject);
    subject = shorter;
  }
}

/** Does the subject say that it answers or forwards? */
export function isReplySubject({ content }: Message): boolean {
  return /^\s*(?:\[[^\][]*\]\s*)*(?:re|fwd?)\s*(?:\[[^\][]*\]\s*)?:|\(fwd\)\s*$/iu.test(
    decodeHeader(content.header('subject') ?? ''),
  );
}

function firstMailbox({ content }: Message, header: string): string {
  return (parseAddresses(content.header(header) ?? '')[0]?.mailbox ?? '').toLowerCase();
}
