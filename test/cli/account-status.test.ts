import { expect, onTestFinished, test } from 'vitest';
import { SessionCache } from '../../src/cache/session-cache.ts';
import { accountStatus } from '../../src/cli/account-status.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { CalDav } from '../../src/connections/caldav.ts';
import { Imap } from '../../src/connections/imap.ts';
import { Smtp } from '../../src/connections/smtp.ts';
import { createLog } from '../../src/log.ts';
import { context, openMail, openSandbox } from '../support/mailboxes.ts';

/** The status of an account whose SMTP server may fall silent. */
async function rig(options: { patienceMs?: number; accountNames?: string[] }) {
  const server = { silent: false };
  const { sandbox, env, close } = await openSandbox({
    intercept: ({ command }) => (server.silent && command === 'RSET' ? 'stall' : undefined),
  });
  const { accountNames = [], ...patience } = options;
  const config = { ...readConfig([], env), accountNames };
  const { outbox, close: closeAccount } = await openMail(env);
  const login = {
    ...{ host: sandbox.host, secure: false, username: 'alice@sandbox.test', ca: undefined },
    ...{ password: async () => 'alice-pw', pool: config.pool },
    log: createLog({ level: 'error', write: () => undefined }),
  };
  const imap = new Imap({ ...login, port: sandbox.imapPort });
  const smtp = new Smtp({ ...login, port: sandbox.smtpPort });
  const caldav = new CalDav({ ...login, url: sandbox.caldavUrl });
  const cache = new SessionCache({ maxEntries: 10, maxBytes: 1000 });
  onTestFinished(async () => {
    await Promise.all([imap.pool.close(), smtp.pool.close(), caldav.pool.close(), closeAccount()]);
    cache.clear();
    await close();
  });
  const parts = { imap, smtp, caldav, cache, outbox: outbox as never, config, version: '0' };
  const port = accountStatus({ ...parts, ...patience });
  const reachable = async () =>
    (await port.status(context())).accounts[0]?.protocols.map((status) => status.reachable);
  return { server, reachable };
}

test.each([
  ['', { patienceMs: 2500 }, 6000],
  [', beside other accounts in five seconds', { accountNames: ['work', 'home'] }, 8000],
])(
  'a protocol that falls silent while it is asked is told as such, and the others as they are%s',
  async (_where, options, limitMs) => {
    const { server, reachable } = await rig(options);
    expect(await reachable()).toEqual([true, true, true]);
    server.silent = true;
    const started = performance.now();
    expect(await reachable()).toEqual([true, false, true]);
    expect(performance.now() - started).toBeLessThan(limitMs);
    server.silent = false;
    expect(await reachable()).toEqual([true, true, true]);
  },
);
