import type { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { letter } from '../support/letters.ts';
import { context, openMail, openSandbox } from '../support/mailboxes.ts';
import { startProxy, type TcpProxy } from '../support/proxy.ts';

const user = 'alice@sandbox.test';
const stale = { since: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/u) };
let sandbox: Sandbox;
let proxy: TcpProxy;
let account: OpenAccount;
/** Another mail program, past the proxy. */
let other: ImapFlow;

beforeAll(async () => {
  const box = await openSandbox();
  sandbox = box.sandbox;
  other = await box.otherClient();
  for (const subject of ['one', 'two']) {
    sandbox.deliver(user, 'INBOX', letter({ subject, id: `<${subject}@example.org>` }));
  }
  await other.mailboxOpen('INBOX');
  proxy = await startProxy({ targetPort: sandbox.imapPort });
  const env = { ...box.env, MAILBOX_IMAP_PORT: String(proxy.port), MAILBOX_PREFETCH: 'false' };
  account = await openMail(env);
});

afterAll(async () => {
  await account.close();
  other.close();
  await proxy.close();
  await sandbox.close();
});

beforeEach(async () => {
  await proxy.accept();
});

const search = (subject = 'one') => account.mail.search({ folder: 'INBOX', subject }, context());
const read = (id: string, more = {}) => account.mail.read({ id, ...more }, context());
const uidOf = (id: string) => id.replace(/^.*-/u, '');
const idOf = async (subject: string) => (await search(subject)).emails[0]?.id ?? '';

test('while the server is gone: the search, the mail and the conversation as they were, marked; nothing else', async () => {
  const id = await idOf('one');
  const fresh = await read(id);
  const thread = await account.mail.thread({ id }, context());
  await proxy.refuse();
  const { stale: marked, ...mail } = await read(id);
  expect(marked).toEqual(stale);
  expect(mail).toEqual(fresh);
  expect(await search()).toMatchObject({ stale, emails: [{ id }] });
  expect(await account.mail.thread({ id }, context())).toEqual({ ...thread, stale });
  await expect(read(id, { format: 'source' })).rejects.toMatchObject({ code: 'unavailable' });
  await expect(search('three')).rejects.toMatchObject({ code: 'unavailable' });
  await expect(account.mail.folders({}, context())).rejects.toMatchObject({ code: 'unavailable' });
  await proxy.accept();
  for (const answer of [await search(), await read(id)]) expect(answer.stale).toBeUndefined();
});

test('the flags told are those last seen', async () => {
  const id = await idOf('two');
  expect((await read(id)).flags).toEqual(['unread']);
  await other.messageFlagsAdd(uidOf(id), ['\\Flagged'], { uid: true });
  expect((await search('two')).emails[0]?.flags).toEqual(['unread', 'flagged']);
  await proxy.refuse();
  expect(await read(id)).toMatchObject({ stale, flags: ['unread', 'flagged'] });
});

test('a mail the server said is gone is not shown from memory', async () => {
  sandbox.deliver(user, 'INBOX', letter({ subject: 'short-lived' }));
  const id = await idOf('short-lived');
  await read(id);
  await other.noop();
  await other.messageDelete(uidOf(id), { uid: true });
  await expect(read(id)).rejects.toMatchObject({ code: 'not_found' });
  await proxy.refuse();
  await expect(read(id)).rejects.toMatchObject({ code: 'unavailable' });
});

test.each([
  ['answering', (id: string) => account.outbox.createDraft({ inReplyTo: id, text: 'Yes.' }, context())],
  ['marking', (id: string) => account.filing.mark({ ids: [id], add: ['flagged'] }, context())],
  ['deleting', (id: string) => account.filing.remove({ ids: [id] }, context())],
])(
  '%s a mail does not act on what is remembered, and nothing older is told afterwards',
  async (_how, write) => {
    const id = await idOf('one');
    await read(id);
    await proxy.refuse();
    expect(await read(id)).toMatchObject({ stale });
    const failed = await write(id).catch((error) => error);
    expect(JSON.stringify(failed)).toContain('"code":"unavailable"');
    await expect(read(id)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(search()).rejects.toMatchObject({ code: 'unavailable' });
    await proxy.accept();
    await read(id);
    await proxy.refuse();
    expect(await read(id)).toMatchObject({ stale });
  },
);

test('a server that says nothing is waited for ten seconds, no longer', async () => {
  const id = await idOf('one');
  await read(id);
  proxy.stall();
  const started = performance.now();
  const answers = await Promise.all([
    account.mail.search({ folder: 'INBOX', subject: 'one' }, context(40_000)),
    account.mail.read({ id }, context(40_000)),
  ]);
  for (const answer of answers) expect(answer).toMatchObject({ stale });
  expect(performance.now() - started).toBeGreaterThan(9_000);
  expect(performance.now() - started).toBeLessThan(12_000);
  proxy.resume();
  expect((await read(id)).stale).toBeUndefined();
});
