import parse from 'imapflow/lib/handler/imap-parser.js';
import { describe, expect, test } from 'vitest';
import { shortenedFetch } from '../../../src/connections/imap/long-fetch.ts';
import { fetchedMessages } from '../../../src/connections/imap/replies.ts';
import type { WireResponse } from '../../../src/connections/imap/wire.ts';

const leaf = (name: string) =>
  `("text" "plain" ("name" "${name}") NIL NIL "7bit" 12 1 NIL ("attachment" ("filename" "${name}")) NIL NIL)`;
const multipart = (...parts: string[]) => `(${parts.join('')} "mixed" ("boundary" "b (\\" 1") NIL NIL)`;
const person = (name: string) => `("${name}" NIL "${name}" "x.example")`;
const envelope = (to = person('to')) =>
  `("Mon, 1 Jan 2024 10:00:00 +0000" "Greetings" (${person('from')}) NIL NIL (${to}) NIL NIL NIL "<1@x>")`;
const names = (count: number) => Array.from({ length: count }, (_, index) => `f${index + 1}`);
const manyParts = (count: number) => multipart(...names(count).map(leaf));
const line = (structure: string, addressees = envelope(), literals: Buffer[] = []) => ({
  payload: Buffer.from(`* 5 FETCH (UID 7 ENVELOPE ${addressees} BODYSTRUCTURE ${structure} FLAGS (\\Seen))`),
  literals,
});

async function read(given: ReturnType<typeof line>) {
  const { payload, literals = [], shortened } = shortenedFetch(given);
  const response = (await parse(payload, { literals: [...literals] })) as WireResponse;
  const reply = { status: 'OK' as const, code: undefined, untagged: [response] };
  const [message] = await fetchedMessages(reply);
  return { message, shortened, bytes: payload.length };
}

describe('a FETCH line', () => {
  test('of 300 attachments passes as it is', async () => {
    const given = line(manyParts(300));
    expect(shortenedFetch(given)).toBe(given);
  });

  test('of 10,000 parts keeps the first hundred with their numbers, and all that stands around them', async () => {
    const { message, shortened, bytes } = await read(line(manyParts(10_000)));
    const parts = message?.bodyStructure?.childNodes ?? [];
    expect(bytes).toBeLessThan(40_000);
    expect(shortened).toBe(true);
    expect(parts.length).toBeGreaterThan(100);
    expect(parts.map(({ part }) => part)).toEqual(names(parts.length).map((name) => name.slice(1)));
    expect(parts.at(-1)).toMatchObject({
      type: 'text/plain',
      size: 12,
      parameters: { name: `f${parts.length}` },
    });
    expect(message?.bodyStructure?.type).toBe('multipart/mixed');
    expect(message).toMatchObject({ uid: 7, flags: new Set(['\\Seen']), envelope: { subject: 'Greetings' } });
  });

  test('of 10,000 parts in a mail inside of a mail is cut there, and the part after it stays out', async () => {
    const inner = `("message" "rfc822" NIL NIL NIL "7bit" 9 ${envelope()} ${manyParts(10_000)} 2 NIL NIL NIL NIL)`;
    const { message, shortened } = await read(line(multipart(leaf('a'), inner, leaf('z'))));
    const [first, forwarded, ...others] = message?.bodyStructure?.childNodes ?? [];
    expect(first?.parameters).toEqual({ name: 'a' });
    expect(forwarded?.type).toBe('message/rfc822');
    expect(others).toEqual([]);
    expect(shortened).toBe(true);
  });

  test('to 10,000 people keeps the first hundred', async () => {
    const { message, shortened } = await read(line(leaf('a'), envelope(names(10_000).map(person).join(''))));
    expect(message?.envelope?.to?.length).toBeGreaterThan(100);
    expect(message?.envelope?.to?.[1]).toEqual({ name: 'f2', address: 'f2@x.example' });
    expect(message?.envelope).toMatchObject({ subject: 'Greetings', messageId: '<1@x>' });
    expect(message?.bodyStructure?.type).toBe('text/plain');
    expect(shortened).toBe(true);
  });

  test('loses the literals of the parts it loses, and no other', async () => {
    const named = ({ length }: string) =>
      `("text" "plain" ("name" {${length}}\r\n) NIL NIL "7bit" 12 1 NIL NIL NIL NIL)`;
    const all = names(3000);
    const literals = [...all, 'Sub (ject'].map((name) => Buffer.from(name));
    const structure = multipart(...all.map(named));
    const payload = Buffer.from(
      `* 5 FETCH (UID 7 BODYSTRUCTURE ${structure} ENVELOPE (NIL {9}\r\n NIL NIL NIL NIL NIL NIL NIL NIL))`,
    );
    const { message, shortened } = await read({ payload, literals });
    const parts = message?.bodyStructure?.childNodes ?? [];
    expect(shortened).toBe(true);
    expect(parts.length).toBeGreaterThan(100);
    expect(parts.map(({ parameters }) => parameters?.name)).toEqual(names(parts.length));
    expect(message?.envelope?.subject).toBe('Sub (ject');
  });

  test('with one part that cannot be cut tells of no parts', async () => {
    const parameters = names(20_000).join('" "');
    const endless = `("text" "plain" ("${parameters}") NIL NIL "7bit" 12 1 NIL NIL NIL NIL)`;
    const { message, shortened, bytes } = await read(line(multipart(endless)));
    expect(bytes).toBeLessThan(1000);
    expect(message?.bodyStructure).toBeUndefined();
    expect(message).toMatchObject({ uid: 7, envelope: { subject: 'Greetings' }, flags: new Set(['\\Seen']) });
    expect(shortened).toBe(true);
  });

  test.each([
    ['a list without end', line(manyParts(10_000).slice(0, -1))],
    ['an end without list', line(`${manyParts(10_000)})))`)],
    ['a literal that is not there', line(multipart(leaf('a'), '{3}\r\n', manyParts(10_000)))],
  ])('with %s is left unreadable, and short', async (_, given) => {
    const { payload, literals = [] } = shortenedFetch(given);
    expect(payload.length).toBeLessThan(100);
    await expect(parse(payload, { literals })).rejects.toThrow();
  });
});
