import { expect, test } from 'vitest';
import type { MailboxError } from '../../../src/domain/errors.ts';
import type { Fault, FaultEvent } from '../../../src/sandbox/faults.ts';
import type { SmtpExtension } from '../../../src/sandbox/smtp-server.ts';
import { alice, bob, failing, label, message, SmtpRig } from './rig.ts';

const signal = () => AbortSignal.timeout(5000);

/** The error of a submission of which one command is refused. */
async function refusal(command: string, reply: string, recipients = [bob]): Promise<MailboxError> {
  const rig = await SmtpRig.start();
  rig.fault = failing(command, { reply });
  const smtp = rig.smtp();
  const error = await smtp.submit(message({ recipients }), signal()).then(
    () => 'sent',
    (reason) => reason,
  );
  expect(smtp.access.status).toEqual({ mode: 'read-write' });
  expect(rig.accepted).toBe(0);
  return error as MailboxError;
}

test.each<[string, string, string, RegExp]>([
  ['MAIL', '550 5.7.1 Sender refused', 'forbidden', /does not let this account send as alice@/u],
  ['MAIL', '553 5.7.1 Sender address rejected: not owned by user', 'forbidden', /send as alice@/u],
  [
    'RCPT',
    '553 5.7.1 <a@b>: Sender address rejected: not owned by user x',
    'forbidden',
    /send as alice@sandbox.test/u,
  ],
  ['RCPT', '554 5.7.1 <b@c>: Relay access denied', 'forbidden', /send to these addresses: bob@/u],
  ['MAIL', '552 5.3.4 Message size exceeds fixed limit', 'invalid_input', /too large: 46 bytes/u],
  ['MAIL', '451 4.7.1 Rate limit exceeded', 'rate_limited', /no further mail/u],
  ['MAIL', '452 4.3.1 Insufficient system storage', 'unavailable', /cannot take the e-mail/u],
  [
    'RCPT',
    '450 4.7.1 Greylisted',
    'rate_limited',
    /bob@sandbox.test \(the server asks to try again later\)/u,
  ],
  ['RCPT', '550 5.1.1 User unknown', 'invalid_input', /bob@sandbox.test \(there is no such mailbox\)/u],
  ['RCPT', '552 5.2.2 Quota', 'invalid_input', /bob@sandbox.test \(the mailbox is full\)/u],
  ['RCPT', '556 5.1.10 Null MX', 'invalid_input', /the domain takes no mail/u],
  ['RCPT', '554 5.7.1 Access denied', 'forbidden', /refused by the policy of the server/u],
  ['RCPT', '550 No such user', 'invalid_input', /there is no such mailbox/u],
  ['RCPT', '421 4.7.0 too many connections', 'rate_limited', /no further connection/u],
  ['DATA', '451 4.3.5 Server configuration problem', 'unavailable', /cannot take/u],
  ['.', '554 5.7.1 Spam message rejected', 'forbidden', /refused the e-mail/u],
  ['.', '550 5.7.1 Content SECRETWORD', 'forbidden', /refused the e-mail/u],
  ['.', '552 5.3.4 too big', 'invalid_input', /too large/u],
])('%s answered "%s" is %s', async (command, reply, code, words) => {
  const error = await refusal(command, reply);
  expect(error).toMatchObject({ code, message: expect.stringMatching(words) });
  expect(error.message).toMatch(/ Nothing was sent\.$/u);
  expect(`${error.message} ${error.hint}`).not.toMatch(/SECRETWORD|Greylisted|Quota|unknown/u);
});

test('a refused sender is told the rule, a refused relay the reason it often has', async () => {
  expect((await refusal('MAIL', '550 5.7.1 no')).hint).toMatch(/main address.*aliases.*verified/u);
  expect((await refusal('RCPT', '554 5.7.1 Relay access denied')).hint).toMatch(/unpaid/u);
});

/** What the server says to `RCPT TO:<name@x.test>`. */
const byRecipient =
  (replies: Readonly<Record<string, string>>) =>
  ({ line }: FaultEvent): Fault | undefined => {
    const reply = replies[/^RCPT TO:<(\w+)@x\.test>/u.exec(line)?.[1] ?? ''];
    return reply === undefined ? undefined : { reply };
  };

test.each([
  ['450 4.2.1 Later', '550 5.1.1 No such user', 'unavailable', /^Try again/u],
  ['550 5.1.1 No such user', '451 4.7.1 Greylisted', 'rate_limited', /^Try again/u],
  ['550 5.1.1 No such user', '550 5.7.1 Policy', 'invalid_input', /^Check the addresses/u],
  ['550 5.7.1 Policy', '550 5.7.1 Policy', 'forbidden', /^Check the addresses/u],
  ['554 5.7.1 Relay access denied', '550 5.1.1 No such user', 'invalid_input', /^Check the addresses/u],
])('all refused, one with "%s", one with "%s": %s', async (one, two, code, hint) => {
  const rig = await SmtpRig.start();
  rig.fault = byRecipient({ one, two });
  const sent = rig.smtp().submit(message({ recipients: ['one@x.test', 'two@x.test'] }), signal());
  await expect(sent).rejects.toMatchObject({
    ...{ code, hint: expect.stringMatching(hint) },
    message: expect.stringMatching(/one@x\.test \(.+\), two@x\.test \(.+\)\. Nothing was sent\.$/u),
  });
  expect(rig.accepted).toBe(0);
});

test.each<SmtpExtension[][]>([[[]], [['PIPELINING']]])(
  'a server that ends the session at a recipient speaks of the session, not of recipients (without %j)',
  async (without) => {
    const rig = await SmtpRig.start({ without });
    rig.fault = byRecipient({ one: '550 5.1.1 No such user', two: '421 4.7.0 too many connections' });
    const sent = rig.smtp().submit(message({ recipients: ['one@x.test', 'two@x.test'] }), signal());
    await expect(sent).rejects.toMatchObject({
      code: 'rate_limited',
      message: expect.stringMatching(/no further connection/u),
    });
    expect(rig.accepted).toBe(0);
  },
);

test('some recipients refused: the others get it, and each refusal has its reason in our words', async () => {
  const rig = await SmtpRig.start();
  const replies: Record<string, string> = {
    full: '452 4.2.2 mailbox FULL',
    later: '451 4.7.1 Greylisting in action',
    many: '452 4.5.3 too many recipients',
    rude: '550 5.7.1 go away',
    odd: '599 what',
    bad: '553 not allowed',
    syntax: '501 Syntax error',
    wrong: '553 5.1.3 Bad address',
    closed: '550 5.2.1 Disabled',
    null: '556 5.1.10 Null MX',
    host: '550 5.1.2 Unknown host',
    moved: '550 5.1.6 Moved',
    crowd: '452 Too many',
    busy: '450 Busy',
  };
  rig.fault = byRecipient(replies);
  const recipients = [bob, 'nobody@sandbox.test', ...Object.keys(replies).map((name) => `${name}@x.test`)];
  const outcome = await rig.smtp().submit(message({ recipients }), signal());
  expect(outcome).toEqual({
    status: 'sent',
    accepted: [bob],
    rejected: [
      { address: 'nobody@sandbox.test', reason: 'there is no such mailbox' },
      { address: 'full@x.test', reason: 'the mailbox is full' },
      { address: 'later@x.test', reason: 'the server asks to try again later' },
      {
        address: 'many@x.test',
        reason: 'too many recipients in one e-mail; send it to the others separately',
      },
      { address: 'rude@x.test', reason: 'refused by the policy of the server' },
      { address: 'odd@x.test', reason: 'refused by the server' },
      { address: 'bad@x.test', reason: 'the address is not valid' },
      { address: 'syntax@x.test', reason: 'the address is not valid' },
      { address: 'wrong@x.test', reason: 'the address is not valid' },
      { address: 'closed@x.test', reason: 'the mailbox is disabled' },
      { address: 'null@x.test', reason: 'the domain takes no mail' },
      { address: 'host@x.test', reason: 'the domain takes no mail' },
      { address: 'moved@x.test', reason: 'there is no such mailbox' },
      { address: 'crowd@x.test', reason: 'too many recipients in one e-mail' },
      { address: 'busy@x.test', reason: 'not possible at the moment; try again later' },
    ],
  });
  expect(rig.context.accepted.map(({ recipients: got }) => got)).toEqual([[bob]]);
});

test('all recipients refused: one error names the first ten with their reasons, and nothing was sent', async () => {
  const rig = await SmtpRig.start();
  const recipients = Array.from({ length: 12 }, (_, number) => `nobody${number}@sandbox.test`);
  const sent = rig.smtp().submit(message({ recipients }), signal());
  await expect(sent).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringMatching(
      /nobody0@sandbox.test \(there is no such mailbox\), .*nobody9@.* and 2 more\. No/u,
    ),
  });
  expect(rig.accepted).toBe(0);
});

test('no recipients: nothing is connected to', async () => {
  const rig = await SmtpRig.start();
  expect(await label(rig.smtp(), message({ recipients: [] }))).toBe('error invalid_input');
  expect(rig.connections.total).toBe(0);
});

test("one sender refused says nothing about the account's permission to send", async () => {
  const rig = await SmtpRig.start();
  rig.fault = failing('MAIL', { reply: '550 5.7.1 no' }, 1);
  const smtp = rig.smtp();
  expect(await label(smtp, message({ from: alice }))).toBe('error forbidden');
  expect(smtp.access.status).toEqual({ mode: 'read-write' });
});
