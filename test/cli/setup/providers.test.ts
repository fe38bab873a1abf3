import { expect, test } from 'vitest';
import { serverSettings } from '../../../src/cli/setup/providers.ts';
import { readConfig } from '../../../src/config/read-config.ts';

function secureOf(imap: string, smtp: string) {
  const env = { MAILBOX_EMAIL: 'a@b.de', MAILBOX_PASSWORD: 'x', ...serverSettings(imap, smtp, '') };
  const [account] = readConfig([], env).accounts;
  return [account?.imap, account?.smtp].map((server) => [server?.port, server?.secure]);
}

test('on this machine a port of TLS is spoken to with TLS, and any other as bridges speak', () => {
  const withTls = [
    [993, true],
    [465, true],
  ];
  expect(secureOf('localhost:993', '127.0.0.1:465')).toEqual(withTls);
  expect(secureOf('localhost', 'localhost')).toEqual(withTls);
  expect(serverSettings('localhost:1143', 'localhost:1025', '')).toMatchObject({
    ...{ MAILBOX_IMAP_SECURE: 'false', MAILBOX_SMTP_SECURE: 'false' },
  });
});
