import { expect, onTestFinished, test } from 'vitest';
import { MailboxError } from '../../../src/domain/errors.ts';
import { defaultCapabilities } from '../../../src/sandbox/imap-server.ts';
import { lyingOffice } from './lying.ts';
import { at, Desk, faultyOffice } from './rig.ts';

const mail = { to: ['bob@sandbox.test'], subject: 'Repeat', text: 'Text' };
const notLooked = expect.stringContaining('could not be looked into');
type Office = Awaited<ReturnType<typeof faultyOffice>>;

/** A second process of alice. */
async function beside({ office }: Office): Promise<Desk> {
  const desk = await Desk.of(office, 'alice', { POOL_TIMEOUT_MS: '2000' });
  onTestFinished(() => desk.close());
  return desk;
}

test('what is in doubt is refused after a restart and to a second process, until a new key says otherwise', async () => {
  const people = await faultyOffice();
  const { alice, arm, sandbox } = people;
  const second = await beside(people);
  await second.send({ ...mail, subject: 'Before' });
  arm(at('.', 'dropAfter'));
  const { status, messageId } = await alice.send(mail);
  expect(status).toBe('unknown');
  await alice.restart();
  for (const desk of [alice, second]) {
    await expect(desk.send(mail)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`may have been sent before; nobody knows: ${messageId}`),
    });
    expect(await desk.send({ ...mail, text: `${desk === alice}` })).toMatchObject({ status: 'sent' });
  }
  expect(sandbox.smtp.accepted).toHaveLength(4);
  expect(await second.send({ ...mail, idempotencyKey: 'meant' })).toMatchObject({ status: 'sent' });
});

test('a draft in doubt keeps the same text from being sent anew, and a draft is no doubt about itself', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  const { id } = await alice.draft(mail);
  arm(at('.', 'dropAfter'));
  expect(await alice.sendDraft(id)).toMatchObject({ status: 'unknown' });
  await alice.restart();
  await expect(alice.send(mail)).rejects.toThrow(/may have been sent before/u);
  expect(sandbox.smtp.accepted).toHaveLength(1);
  const other = await alice.draft({ ...mail, text: 'Other' });
  expect(await alice.sendDraft(other.id)).toMatchObject({ status: 'sent' });
});

test('a doubt that is settled, by removing the draft, no longer counts', async () => {
  const { alice, arm } = await faultyOffice();
  arm(at('.', 'drop'));
  await alice.send(mail);
  await alice.restart();
  await expect(alice.send(mail)).rejects.toMatchObject({ code: 'conflict' });
  const { id } = await alice.received('Repeat', 'Drafts');
  await alice.account.filing.remove({ ids: [id], permanent: true }, { signal: AbortSignal.timeout(5000) });
  expect(await alice.send(mail)).toMatchObject({ status: 'sent' });
});

test.each(['NO [UNAVAILABLE] not now', 'BAD what'])(
  'a look that is refused (%s) is logged and does not keep mail from being sent',
  async (reply) => {
    const { alice, arm } = await faultyOffice();
    arm(({ command }) => (command === 'UID SEARCH' ? { reply } : undefined));
    expect(await alice.send(mail)).toMatchObject({ status: 'sent' });
    expect(alice.log).toContainEqual(notLooked);
  },
);

test('a look that hangs holds the mail for some seconds at most', async () => {
  const { alice, arm } = await faultyOffice();
  await alice.send({ ...mail, subject: 'Warm' });
  const silent = [at('UID SEARCH', 'stall'), at('NOOP', 'stall')];
  arm((event) => silent.map((fault) => fault(event)).find(Boolean));
  const started = performance.now();
  expect(await alice.send(mail)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
  expect(performance.now() - started).toBeGreaterThan(3000);
  expect(performance.now() - started).toBeLessThan(6000);
  expect(alice.log).toContainEqual(notLooked);
});

test('a call that ends while the look is awaited sends nothing, and the next one does', async () => {
  const { alice, arm, sandbox } = await faultyOffice();
  await alice.send({ ...mail, subject: 'Warm' });
  const ending = new AbortController();
  arm((event) => {
    if (event.command !== 'UID SEARCH') return undefined;
    setTimeout(() => ending.abort(new MailboxError('timeout', 'The call was cancelled.')), 60);
    return 'stall';
  });
  const started = performance.now();
  const sending = alice.account.outbox.send(mail, { signal: ending.signal, confirm: undefined });
  await expect(sending).rejects.toMatchObject({
    code: 'timeout',
    message: expect.stringMatching(/Nothing was sent\.$/u),
  });
  expect(performance.now() - started).toBeLessThan(1500);
  arm(undefined);
  expect(sandbox.smtp.commands).toContainEqual(expect.stringMatching(/^DATA/u));
  expect(sandbox.smtp.accepted).toHaveLength(1);
  expect(await alice.send(mail)).toMatchObject({ status: 'sent', savedTo: 'Sent' });
});

test('the person is not asked about a repeat', async () => {
  const { alice, sandbox } = await faultyOffice({}, { MAILBOX_SEND: 'confirm' });
  const asked: string[] = [];
  const confirm = async (question: string) => asked.push(question) > 0;
  await alice.send(mail, confirm);
  await alice.restart({ MAILBOX_SEND: 'confirm' });
  await expect(alice.send(mail, confirm)).rejects.toMatchObject({ code: 'conflict' });
  expect(asked).toHaveLength(1);
  expect(sandbox.smtp.accepted).toHaveLength(1);
});

test.each(['WITHIN', 'LITERAL+', 'LIST-STATUS', 'CONDSTORE'])(
  'a server without %s tells as well',
  async (missing) => {
    const capabilities = defaultCapabilities.filter((name) => name !== missing);
    const { alice } = await faultyOffice({ capabilities });
    const umlauts = { ...mail, subject: 'Grüße' };
    const { messageId } = await alice.send(umlauts);
    await alice.restart();
    await expect(alice.send(umlauts)).rejects.toThrow(messageId);
    const { uid, raw } = await alice.only('Sent', 'Grüße');
    const client = await alice.client();
    await client.mailboxOpen('Sent');
    await client.messageDelete(String(uid), { uid: true });
    await client.append('Sent', raw, [], new Date(Date.now() - 11 * 60_000));
    await client.mailboxClose();
    expect(await alice.send(umlauts)).toMatchObject({ status: 'sent' });
  },
);

test('a folder for sent mail that was made anew, with lower numbers, is looked into all the same', async () => {
  const people = await faultyOffice();
  const { alice, sandbox } = people;
  for (let index = 0; index < 600; index++) {
    sandbox.deliver(alice.address, 'Sent', `Subject: Old ${index}\r\n\r\nx\r\n`);
  }
  const second = await beside(people);
  await second.send({ ...mail, text: 'Before' });
  const client = await alice.client();
  await client.mailboxDelete('Sent');
  await client.mailboxCreate('Sent');
  const { messageId } = await alice.send(mail);
  await alice.send({ ...mail, text: 'After' });
  await new Promise((resolve) => setTimeout(resolve, 5100));
  await expect(second.send(mail)).rejects.toThrow(messageId);
});

test('what was sent before a restart is known again where the server sends half of it', async () => {
  const { alice, env, sandbox, tell } = await lyingOffice();
  const mail = { to: ['bob@sandbox.test'], subject: 'Halved', text: 'A long text. '.repeat(100) };
  await alice.send(mail);
  await alice.restart(env);
  tell((said) =>
    said.replace(/BODY\[\]<0> \{(\d+)\}\r\n([\s\S]*)/u, (_, length: string, rest: string) => {
      const kept = Math.round(Number(length) * 0.7);
      return `BODY[]<0> {${kept}}\r\n${rest.slice(0, kept)}${rest.slice(Number(length))}`;
    }),
  );
  await expect(alice.send(mail)).rejects.toMatchObject({ code: 'conflict' });
  expect(sandbox.smtp.accepted).toHaveLength(1);
});
