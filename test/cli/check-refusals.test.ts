import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { alice, checksOf, runCheck, sandboxForTest } from './check/rig.ts';

/** In front of the sandbox's calendars: closes on HEAD and passes everything else on, as some firewalls do. */
async function withoutHead(target: string): Promise<string> {
  const front = createServer(async (client) => {
    client.on('error', () => undefined);
    const [first] = await once(client, 'data');
    if (String(first).startsWith('HEAD')) return client.destroy();
    const { hostname, port } = new URL(target);
    const server = connect(Number(port), hostname, () => server.write(first));
    server.on('error', () => client.destroy());
    client.pipe(server).pipe(client);
    return undefined;
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void front.close());
  const address = front.address();
  if (typeof address !== 'object' || !address) throw new Error('not listening');
  return target.replace(/127\.0\.0\.1:\d+/u, `127.0.0.1:${address.port}`);
}

test('a clock nobody can tell does not keep login and calendars from being checked', async () => {
  const { env } = await sandboxForTest();
  const url = await withoutHead(env.MAILBOX_CALDAV_URL ?? '');
  const { code, checks } = await checksOf({ ...env, MAILBOX_CALDAV_URL: url });
  expect(checks.get('caldav clock')).toMatchObject({ status: 'skipped' });
  expect(checks.get('caldav calendars')).toMatchObject({ status: 'ok' });
  expect(code).toBe(0);
});

test('ports mixed up are told as what they are', async () => {
  const { env } = await sandboxForTest();
  const { MAILBOX_IMAP_PORT: imap = '', MAILBOX_SMTP_PORT: smtp = '' } = env;
  const mixed = { ...env, MAILBOX_IMAP_PORT: smtp, MAILBOX_SMTP_PORT: imap };
  const url = `http://127.0.0.1:${imap}/`;
  const { code, checks } = await checksOf({ ...mixed, MAILBOX_CALDAV_URL: url }, [], { stepMs: 2_000 });
  expect(code).toBe(1);
  const said = (protocol: string) =>
    [...checks].find(([name, { status }]) => name.startsWith(protocol) && status === 'failed')?.[1];
  expect(said('imap')).toMatchObject({
    detail: `Port ${smtp} of 127.0.0.1 speaks SMTP, not IMAP.`,
    hint: expect.stringContaining('Check MAILBOX_IMAP_PORT'),
  });
  expect(said('smtp')?.detail).toBe(`Port ${imap} of 127.0.0.1 speaks IMAP, not SMTP.`);
  expect(said('caldav')?.detail).toBe(`Port ${imap} of 127.0.0.1 speaks IMAP, not CalDAV.`);
});

test('an answer that is no HTTP is told in words for a terminal', async () => {
  const { env } = await sandboxForTest();
  const mail = `http://${env.MAILBOX_IMAP_HOST}:${env.MAILBOX_IMAP_PORT}/`;
  const { code, stdout } = await runCheck({ ...env, MAILBOX_CALDAV_URL: mail });
  expect(code).toBe(1);
  expect(stdout).not.toMatch(/inside the server|LOG_LEVEL=/u);
});

test.each([
  ['550 5.1.0 sender refused', 'failed', `does not take ${alice} as a sender (550)`],
  ['451 4.7.1 come back later', 'warning', `does not take ${alice} as a sender now (451)`],
])(
  'a sender refused with %s is told by its address, and no e-mail is spoken of',
  async (reply, status, detail) => {
    const { env } = await sandboxForTest({
      intercept: ({ protocol, command }) =>
        protocol === 'smtp' && command === 'MAIL' ? { reply } : undefined,
    });
    const { checks } = await checksOf(env);
    const send = checks.get('smtp send');
    expect(send).toMatchObject({ status, detail: expect.stringContaining(detail) });
    expect(`${send?.detail} ${send?.hint}`).not.toMatch(/e-mail|[Ss]ending it again|repeated/u);
  },
);

test('who has set a password command is not told to check the password setting', async () => {
  const { env } = await sandboxForTest();
  const { MAILBOX_PASSWORD, ...rest } = env;
  const command = `"${process.execPath}" -p "'wrong'"`;
  const { checks } = await checksOf({ ...rest, MAILBOX_PASSWORD_COMMAND: command });
  for (const login of ['imap login', 'smtp login', 'caldav login']) {
    const hint = checks.get(login)?.hint;
    expect(hint).toContain('what MAILBOX_PASSWORD_COMMAND prints');
    expect(hint).not.toMatch(/MAILBOX_PASSWORD\b/u);
  }
});
