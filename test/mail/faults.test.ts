import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { OpenAccount } from '../../src/cli/account.ts';
import type { Fault, FaultEvent } from '../../src/sandbox/faults.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { letter, mixed, part, parts } from '../support/letters.ts';
import { context, openMail, openSandbox } from '../support/mailboxes.ts';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A sandbox with three mails and a fault that can be armed. */
async function faulty(options: SandboxOptions = {}, env: Record<string, string> = {}) {
  let fault: ((event: FaultEvent) => Fault | undefined) | undefined;
  const box = await openSandbox({ ...options, intercept: (event) => fault?.(event) });
  open.push(box.close);
  const { sandbox } = box;
  for (const [folder, subject] of [
    ['INBOX', 'one'],
    ['INBOX', 'zwei Grüße'],
    ['Sent', 'three'],
  ]) {
    sandbox.deliver('alice@sandbox.test', folder ?? '', letter({ subject: encoded(subject ?? '') }));
  }
  const account: OpenAccount = await openMail({ ...box.env, ...env });
  open.push(account.close);
  return {
    sandbox,
    account,
    arm: (next: typeof fault) => {
      fault = next;
    },
    subjects: async (request = {}) =>
      (await account.mail.search(request, context())).emails.map(({ subject }) => subject).sort(),
    logins: () => sandbox.imap.commands.filter((line) => /AUTHENTICATE|LOGIN/u.test(line)).length,
  };
}

const encoded = (subject: string) => `=?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`;
const all = ['one', 'three', 'zwei Grüße'];
const once = (command: string, fault: Fault) => {
  let fired = false;
  return (event: FaultEvent) => {
    if (fired || event.command !== command) return undefined;
    fired = true;
    return fault;
  };
};

test.each(['SELECT', 'UID SORT', 'UID FETCH', 'LIST'])(
  'a connection lost at %s is replaced and the read repeated',
  async (command) => {
    const { subjects, arm } = await faulty();
    expect(await subjects()).toEqual(all);
    arm(once(command, 'drop'));
    expect(await subjects({ limit: 7 })).toEqual(all);
    arm(once(command, 'dropAfter'));
    expect(await subjects({ limit: 8 })).toEqual(all);
  },
);

test('a server that is gone is an error, never an empty list, and the next call works', async () => {
  const { subjects, arm, account } = await faulty();
  arm(() => 'drop');
  await expect(account.mail.search({}, context())).rejects.toMatchObject({ code: 'unavailable' });
  await expect(account.mail.folders({}, context())).rejects.toMatchObject({ code: 'unavailable' });
  arm(undefined);
  expect(await subjects()).toEqual(all);
});

test.each(['UID SORT', 'UID FETCH', 'SELECT'])(
  'a refused %s is an error, never an empty list',
  async (command) => {
    const { account, arm, subjects } = await faulty();
    arm((event) => (event.command === command ? { reply: 'NO [SERVERBUG] sorry' } : undefined));
    await expect(account.mail.search({ folder: 'INBOX' }, context())).rejects.toMatchObject({
      code: expect.stringMatching(/unavailable|not_found/u),
    });
    arm(undefined);
    expect(await subjects()).toEqual(all);
  },
);

test('a search answer that cannot be read is an error, never an empty list', async () => {
  const { account, arm } = await faulty();
  arm((event) => (event.command === 'UID SORT' ? { reply: 'OK done' } : undefined));
  await expect(account.mail.search({ folder: 'INBOX' }, context())).rejects.toMatchObject({
    code: 'unavailable',
  });
});

test('one folder that fails among all is named, the others are searched', async () => {
  const { account, arm } = await faulty();
  arm((event) =>
    event.command === 'SELECT' && /Sent/u.test(event.line) ? { reply: 'NO [SERVERBUG] sorry' } : undefined,
  );
  const { emails, incomplete, searched } = await account.mail.search({}, context());
  expect(emails).toHaveLength(2);
  expect(searched).toContain('INBOX');
  expect(searched).not.toContain('Sent');
  expect(incomplete).toEqual([{ where: 'Sent', code: 'unavailable' }]);
});

test('a folder that failed on one page is tried again on the next', async () => {
  const { account, arm } = await faulty();
  arm((event) =>
    event.command === 'SELECT' && /Sent/u.test(event.line) ? { reply: 'NO [SERVERBUG] sorry' } : undefined,
  );
  const { nextCursor: cursor = '', incomplete } = await account.mail.search({ limit: 1 }, context());
  expect(incomplete).toEqual([{ where: 'Sent', code: 'unavailable' }]);
  arm(undefined);
  const rest = await account.mail.search({ limit: 5, cursor }, context());
  expect(rest.emails.map(({ subject }) => subject)).toContain('three');
  expect(rest.incomplete).toBeUndefined();
});

test('a folder that fails between two pages goes on where it was', async () => {
  const { account, arm } = await faulty();
  const found: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 10 && (page === 0 || cursor !== undefined); page += 1) {
    arm((event) =>
      page === 1 && event.command === 'SELECT' && /INBOX/u.test(event.line)
        ? { reply: 'NO [SERVERBUG] sorry' }
        : undefined,
    );
    const { emails, nextCursor } = await account.mail.search({ limit: 1, cursor }, context());
    found.push(...emails.map(({ subject }) => subject));
    cursor = nextCursor;
  }
  expect(found.toSorted()).toEqual(all);
});

test('a refused password is no connection limit, whatever words it comes with', async () => {
  const { account, arm, logins } = await faulty();
  arm((event) =>
    /AUTHENTICATE|LOGIN/u.test(event.command)
      ? { reply: 'NO LOGIN failed: too many attempts or wrong password' }
      : undefined,
  );
  for (let call = 0; call < 3; call++) {
    await expect(account.mail.folders({}, context())).rejects.toMatchObject({ code: 'auth_failed' });
  }
  expect(logins()).toBe(1);
});

test('while the server allows no connection it is not asked again and again', async () => {
  const { account, logins } = await faulty({ maxConnectionsPerUser: 0 });
  for (let call = 0; call < 10; call++) {
    await expect(account.mail.folders({}, context())).rejects.toMatchObject({ code: 'rate_limited' });
  }
  expect(logins()).toBe(1);
});

test('a wrong password is tried once, told with what to do, and never again', async () => {
  const { account, logins } = await faulty({}, { MAILBOX_PASSWORD: 'wrong' });
  for (let call = 0; call < 3; call++) {
    await expect(account.mail.folders({}, context())).rejects.toMatchObject({
      code: 'auth_failed',
      hint: expect.stringContaining('app password'),
    });
  }
  await Promise.allSettled([1, 2, 3].map(() => account.mail.search({}, context())));
  expect(logins()).toBe(1);
});

test('a connection limit of the server is no wrong password', async () => {
  const { account, sandbox, subjects } = await faulty({ maxConnectionsPerUser: 1 });
  const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => subjects({ limit: 10 + n })));
  expect(answers).toEqual(Array.from({ length: 6 }, () => all));
  expect(sandbox.imap.connections.max).toBeLessThanOrEqual(2);
  expect((await account.status.status(context())).accounts[0]?.protocols[0]).toMatchObject({
    reachable: true,
  });
});

test('a limit that leaves no connection at all is rate_limited', async () => {
  const { account } = await faulty({ maxConnectionsPerUser: 0 });
  await expect(account.mail.folders({}, context())).rejects.toMatchObject({
    code: 'rate_limited',
    retryable: true,
  });
});

test('a stalled server does not outlast the call, and the next call works', async () => {
  const { account, arm, subjects } = await faulty();
  await subjects();
  for (const command of ['UID SORT', 'UID FETCH', 'SELECT', 'LIST']) {
    arm((event) => (event.command === command ? 'stall' : undefined));
    const started = Date.now();
    await expect(
      account.mail
        .search({ subject: 'x' }, context(300))
        .then(({ emails }) => (emails.length === 0 ? Promise.reject(new Error('empty')) : emails)),
    ).rejects.toThrow();
    expect(Date.now() - started).toBeLessThan(1500);
    arm(undefined);
    expect(await subjects({ limit: 30 })).toEqual(all);
  }
});

test('a greeting that never comes ends with timeout', async () => {
  const { account, arm } = await faulty({}, { POOL_TIMEOUT_MS: '1000' });
  arm((event) => (event.command === 'GREETING' ? 'stall' : undefined));
  await expect(account.mail.folders({}, context())).rejects.toMatchObject({ code: 'timeout' });
});

test('fifty calls at once are all answered over two connections', async () => {
  const { sandbox, subjects } = await faulty();
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => subjects({ limit: 5 + n })));
  expect(answers.every((answer) => answer.join() === all.join())).toBe(true);
  expect(sandbox.imap.connections.max).toBeLessThanOrEqual(2);
});

const dovecot = [
  'IMAP4rev1',
  'SASL-IR',
  'LITERAL+',
  'ENABLE',
  'NAMESPACE',
  'LIST-EXTENDED',
  'LIST-STATUS',
  'SPECIAL-USE',
  'UIDPLUS',
  'MOVE',
  'CONDSTORE',
  'ESEARCH',
  'ESORT',
  'SORT',
  'CONTEXT=SEARCH',
  'THREAD=REFS',
  'AUTH=PLAIN',
];
test.each([
  ['SORT', ['SORT', 'ESORT', 'CONTEXT=SEARCH']],
  ['extended answers', ['ESEARCH', 'ESORT', 'CONTEXT=SEARCH']],
  ['SORT and ESEARCH', ['SORT', 'ESORT', 'ESEARCH', 'CONTEXT=SEARCH']],
  ['LIST-STATUS', ['LIST-STATUS', 'LIST-EXTENDED']],
  ['CONDSTORE', ['CONDSTORE']],
  ['LITERAL+', ['LITERAL+']],
  ['SPECIAL-USE', ['SPECIAL-USE', 'LIST-STATUS', 'LIST-EXTENDED']],
  ['any extension', dovecot.filter((name) => name !== 'IMAP4rev1' && name !== 'AUTH=PLAIN')],
])('without %s the answers are the same', async (_, missing) => {
  const { subjects, account } = await faulty({
    capabilities: dovecot.filter((name) => !missing.includes(name)),
  });
  expect(await subjects()).toEqual(all);
  expect(await subjects({ subject: 'Grüße' })).toEqual(['zwei Grüße']);
  expect(await subjects({ query: 'Grüße OR three' })).toEqual(['three', 'zwei Grüße']);
  expect(await subjects({ folder: 'sent' })).toEqual(['three']);
  const { folders } = await account.mail.folders({}, context());
  expect(folders.find(({ path }) => path === 'INBOX')).toMatchObject({ role: 'inbox', total: 2, unread: 2 });
  const [hit] = (await account.mail.search({ subject: 'one' }, context())).emails;
  expect((await account.mail.thread({ id: hit?.id ?? '' }, context())).total).toBe(1);
});

test('a download that breaks off leaves no part of the file, and the next one is whole', async () => {
  const downloads = mkdtempSync(join(tmpdir(), 'mbx-faults-'));
  open.push(async () => rmSync(downloads, { recursive: true }));
  const { sandbox, account, arm } = await faulty({}, { MAILBOX_DOWNLOAD_DIR: downloads });
  const payload = Buffer.alloc(300_000, 'abcdefg');
  const file = part(
    ['Content-Type: application/pdf', 'Content-Disposition: attachment; filename=a.pdf'],
    payload.toString('latin1').replace(/.{70}/gu, '$&\r\n'),
  );
  const body = parts('x', part(['Content-Type: text/plain'], 'see file'), file);
  sandbox.deliver('alice@sandbox.test', 'INBOX', letter({ subject: 'File', headers: [mixed('x')], body }));
  const { emails } = await account.mail.search({ subject: 'File' }, context());
  const request = { id: emails[0]?.id ?? '', part: '2' };
  await account.mail.read({ id: request.id }, context());
  arm(({ command, line }) =>
    command === 'UID FETCH' && /BODY/u.test(line) ? { cutAfter: 90_000 } : undefined,
  );
  await expect(account.mail.download(request, context())).rejects.toMatchObject({ code: 'unavailable' });
  expect(readdirSync(downloads)).toEqual([]);
  arm(undefined);
  const saved = await account.mail.download(request, context());
  expect(readdirSync(downloads)).toEqual(['a.pdf']);
  expect(saved.size).toBeGreaterThan(payload.length - 10);
});
