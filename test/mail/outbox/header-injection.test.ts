import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MailboxError } from '../../../src/domain/errors.ts';
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

const breaks = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  '\u2028',
  '\u0085',
  '\u000b',
  '\r\n\r\n',
  '%0d%0a',
  '\\r\\n',
  '=0D=0A',
  '=?utf-8?Q?=0D=0A?=',
];
const payloads = [
  'Bcc: evil@evil.test',
  'X-Evil: 1',
  'RCPT TO:<evil@evil.test>',
  'Subject: evil',
  '> SIZE=1\r\nRCPT TO:<evil@evil.test>',
];
const nasty = fc
  .tuple(
    fc.constantFrom('a', 'Grüße', '', '"', '>', '<x@y.test>'),
    fc.constantFrom(...breaks),
    fc.constantFrom(...payloads),
  )
  .map((pieces) => pieces.join(''));

/** Every string an author gives, each with the nasty text in it. */
const places: Record<string, (text: string) => SendRequest> = {
  subject: (subject) => ({ subject }),
  text: (text) => ({ text }),
  html: (html) => ({ html }),
  'name in to': (name) => ({ to: [`${name} <b@else.test>`] }),
  'quoted name in cc': (name) => ({ cc: [`"${name}" <c@else.test>`] }),
  'address in bcc': (text) => ({ bcc: [`b${text}@else.test`] }),
  'domain in to': (text) => ({ to: [`b@else.test${text}`] }),
  'name in from': (name) => ({ from: `${name} <alice@sandbox.test>` }),
  'file name': (name) => ({ attachments: [{ name, contentBase64: 'AAAA' }] }),
  'media type': (type) => ({
    attachments: [{ name: 'a.bin', contentBase64: 'AAAA', type: `text/plain${type}` }],
  }),
  idempotencyKey: (idempotencyKey) => ({ idempotencyKey: `${idempotencyKey}${fresh('key')}` }),
};
const bodies = new Set(['text', 'html']);
const fields = new Set(
  (
    'from to cc subject message-id date mime-version content-type content-transfer-encoding in-reply-to references ' +
    'x-forwarded-message-id'
  ).split(' '),
);

/** What was said on the wire since `spoken`, and what it made of the message. */
function expectClean(place: string, request: SendRequest, spoken: number): void {
  const commands = sandbox.smtp.commands.slice(spoken).map((line) => line.split(/[ :]/u)[0]);
  expect(commands.every((name) => /^(?:EHLO|AUTH|MAIL|RCPT|DATA|RSET|NOOP|QUIT|\.)$/u.test(name ?? ''))).toBe(
    true,
  );
  const { recipients = [], raw = Buffer.alloc(0) } = sandbox.smtp.accepted.at(-1) ?? {};
  expect(recipients).not.toContain('evil@evil.test');
  const wanted = [request.to, request.cc, request.bcc].flatMap((list) => list ?? []);
  expect(recipients).toHaveLength(wanted.length);
  const head = raw.subarray(0, raw.indexOf('\r\n\r\n')).toString('latin1');
  const names = head
    .split(/\r\n(?![ \t])/u)
    .map((line) => /^([!-9;-~]+):/u.exec(line)?.[1]?.toLowerCase() ?? line);
  expect(names.filter((name) => !fields.has(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
  expect(head).not.toMatch(/[\0\r\n](?!\n|[ \t]|[\w-]+:)/u);
  // Within parts, too, no field of its own; in the body it may say what it likes.
  if (!bodies.has(place)) expect(raw.toString('latin1')).not.toMatch(/^(?:Bcc|X-Evil|RCPT TO):/imu);
}

test.each(Object.keys(places))('nothing in %s adds a field, a recipient or a command', async (place) => {
  await fc.assert(
    fc.asyncProperty(nasty, fc.boolean(), async (text, asDraft) => {
      const base: SendRequest = { to: ['b@else.test'], subject: fresh('s'), text: fresh('t') };
      const request = { ...base, ...places[place]?.(text) };
      const [spoken, before] = [sandbox.smtp.commands.length, sandbox.smtp.accepted.length];
      try {
        const { idempotencyKey, ...draft } = request;
        if (asDraft && idempotencyKey === undefined) await alice.sendDraft((await alice.draft(draft)).id);
        else await alice.send(request);
      } catch (error) {
        if (!(error instanceof MailboxError)) throw error;
        expect([error.code, error.message]).toEqual([
          expect.stringMatching(/^(?:invalid_input|forbidden)$/u),
          expect.any(String),
        ]);
        expect(sandbox.smtp.accepted.length).toBe(before);
        return;
      }
      expect(sandbox.smtp.accepted.length).toBe(before + 1);
      expectClean(place, request, spoken);
    }),
    { numRuns: 25 },
  );
});

test('nothing in the header of a stranger adds anything to an answer or a forward', async () => {
  const encoded = nasty.map((text) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`);
  await fc.assert(
    fc.asyncProperty(
      encoded,
      fc.constantFrom('subject', 'from', 'id', 'references', 'replyTo'),
      async (text, field) => {
        const raw = letter({
          subject: field === 'subject' ? text : fresh('s'),
          from: field === 'from' ? `${text} <c@else.test>` : 'c@else.test',
          id: field === 'id' ? `<${text}@else.test>` : `<${Math.random()}@else.test>`,
          headers: [
            ...(field === 'references' ? [`References: <a@else.test> ${text} <b${text}@else.test>`] : []),
            ...(field === 'replyTo' ? [`Reply-To: ${text} <c@else.test>`] : []),
          ],
        });
        const id = await alice.put('INBOX', raw);
        for (const request of [{ inReplyTo: id }, { forwardOf: id, to: ['c@else.test'] }]) {
          const spoken = sandbox.smtp.commands.length;
          await alice.send({ ...request, text: fresh('answer') });
          expectClean('text', { to: ['c@else.test'] }, spoken);
        }
      },
    ),
    { numRuns: 30 },
  );
});
