import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SendRequest } from '../../../src/domain/outbox-port.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { letter } from '../../support/letters.ts';
import { openSandboxPostOffice } from '../../support/post-office.ts';
import { Desk, fresh } from './rig.ts';

let sandbox: Sandbox;
let alice: Desk;
let close: () => Promise<void>;

beforeAll(async () => {
  const office = await openSandboxPostOffice();
  ({ sandbox } = office);
  alice = await Desk.of(office, 'alice', { MAILBOX_SEND_LIMIT: '10000' });
  close = async () => {
    await alice.close();
    await office.close();
  };
});
afterAll(() => close());

const address = fc
  .tuple(fc.stringMatching(/^[a-z]{1,6}(?:\+[a-z]{1,3})?$/u), fc.constantFrom('a.test', 'bücher.example'))
  .map(([local, domain]) => `${local}@${domain}`);
const name = fc.constantFrom('', 'Ünal', 'Doe, Joe', '😀 (x)', 'bcc: evil@evil.test');
const person = fc.tuple(name, address).map(([shown, mail]) => (shown === '' ? mail : `"${shown}" <${mail}>`));
const people = fc.array(person, { maxLength: 4 });
const call = fc.record({ to: fc.array(person, { minLength: 1, maxLength: 3 }), cc: people, bcc: people });

/** As they stand in the envelope. */
const plain = (list: readonly string[]) => [
  ...new Set(
    list.map((each) =>
      each
        .replace(/^.*<|>$/gu, '')
        .replace('bücher.example', 'xn--bcher-kva.example')
        .toLowerCase(),
    ),
  ),
];

async function expectExactly(expected: readonly string[], sending: () => Promise<unknown>): Promise<void> {
  const { accepted, commands } = sandbox.smtp;
  const [before, spoken] = [accepted.length, commands.length];
  await sending();
  const said = commands.slice(spoken).flatMap((line) => /^RCPT TO:<(.*?)>/u.exec(line)?.[1] ?? []);
  expect(said.map((each) => each.toLowerCase()).sort()).toEqual([...expected].sort());
  expect(accepted.length - before).toBe(1);
  expect(accepted.at(-1)?.raw.toString()).not.toMatch(/^(?:resent-)?bcc:/imu);
}

const runs = { numRuns: 40 };

test('send: exactly the recipients of the call are given to the server', async () => {
  await fc.assert(
    fc.asyncProperty(call, async (given) => {
      const request: SendRequest = { ...given, subject: fresh('s'), text: 'x' };
      const expected = plain([...given.to, ...given.cc, ...given.bcc]);
      await expectExactly(expected, () => alice.send(request));
    }),
    runs,
  );
});

test('drafts: exactly the recipients of the draft are given to the server', async () => {
  await fc.assert(
    fc.asyncProperty(call, async (given) => {
      const { id } = await alice.draft({ ...given, subject: fresh('d'), text: 'x' });
      const expected = plain([...given.to, ...given.cc, ...given.bcc]);
      await expectExactly(expected, () => alice.sendDraft(id));
    }),
    runs,
  );
});

test('reply and reply-all: those of the original without own addresses, and those of the call', async () => {
  const own = ['Alice <ALICE@sandbox.test>', 'alice+shop@sandbox.test', 'alice.alias@sandbox.test'];
  const original = fc.record({ from: person, to: people, cc: people, replyTo: fc.option(person) });
  const given = fc.record({ to: people, cc: people, bcc: people });
  await fc.assert(
    fc.asyncProperty(original, given, fc.boolean(), async (mail, more, replyAll) => {
      const raw = letter({
        subject: fresh('r'),
        from: encoded([mail.from]),
        to: encoded([...mail.to, ...own]),
        headers: [
          ...(mail.cc.length > 0 ? [`Cc: ${encoded(mail.cc)}`] : []),
          ...(mail.replyTo ? [`Reply-To: ${encoded([mail.replyTo])}`] : []),
          'Bcc: never@a.test',
        ],
      });
      const inReplyTo = await alice.put('INBOX', raw);
      const target = more.to.length > 0 ? more.to : [mail.replyTo ?? mail.from];
      const others = replyAll ? [...mail.to, ...mail.cc] : [];
      const expected = plain([...target, ...others, ...more.cc, ...more.bcc]);
      await expectExactly(expected, () => alice.send({ ...more, inReplyTo, replyAll, text: 'x' }));
    }),
    { numRuns: 30 },
  );
});

test('forward: only those of the call, none of the original', async () => {
  await fc.assert(
    fc.asyncProperty(call, person, async (given, from) => {
      const raw = letter({
        subject: fresh('f'),
        from: encoded([from]),
        headers: ['Cc: cc@a.test', 'Bcc: b@a.test'],
      });
      const forwardOf = await alice.put('INBOX', raw);
      const expected = plain([...given.to, ...given.cc, ...given.bcc]);
      await expectExactly(expected, () => alice.send({ ...given, forwardOf }));
    }),
    { numRuns: 20 },
  );
});

test('an answer about very many recipients keeps its size; those that were refused are told last and counted', async () => {
  const nobody = Array.from({ length: 700 }, (_, number) => `nobody-of-that-name-${number}@sandbox.test`);
  const sent = await alice.send({ to: ['x@a.test'], bcc: nobody, subject: fresh('Many'), text: 'x' });
  expect(Buffer.byteLength(JSON.stringify(sent))).toBeLessThanOrEqual(40_000);
  expect(sent.rejected?.[0]).toMatchObject({ address: nobody[0], reason: 'there is no such mailbox' });
  expect(sent.omitted).toMatchObject({ bcc: 700, rejected: 700 - (sent.rejected?.length ?? 0) });
});

/** As a mail header carries them. */
function encoded(list: readonly string[]): string {
  return list
    .map((each) =>
      each
        .replace('bücher.example', 'xn--bcher-kva.example')
        .replace(/"([^"]*)"/u, (_, shown: string) =>
          /\P{ASCII}/u.test(shown) ? `=?utf-8?B?${Buffer.from(shown).toString('base64')}?=` : `"${shown}"`,
        ),
    )
    .join(', ');
}
