import { expect, test } from 'vitest';
import { addSecrets, isAboutTools, settle } from '../../src/cli/settings.ts';
import { createLog } from '../../src/log.ts';

test.each(['MAILBOX_TOOLSETS', 'mailbox_toolsets'])(
  'a fault of %s is about tools, and stops the start',
  (name) => {
    const { faults } = settle([], { [name]: 'mal' });
    expect(faults?.faults.map(isAboutTools)).toEqual([true]);
  },
);

test('no password of any account stands in the log, nor what a login makes of it', () => {
  const env = {
    MAILBOX_ACCOUNTS: 'work,home',
    MAILBOX_WORK_EMAIL: 'alice@work.example',
    MAILBOX_WORK_PASSWORD: 'work-secret',
    MAILBOX_HOME_EMAIL: 'alice@home.example',
    MAILBOX_HOME_PASSWORD: 'home-secret',
    MAILBOX_HOME_DAV_PASSWORD: 'calendar-secret',
  };
  const lines: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(line) });
  addSecrets(log, env, settle([], env).config);
  const plain = Buffer.from('\0alice@home.example\0home-secret').toString('base64');
  log.info('work-secret home-secret calendar-secret', { cause: new Error(`AUTH PLAIN ${plain}`) });
  expect(lines.join('')).toContain('[redacted]');
  expect(lines.join('')).not.toMatch(/secret/u);
  expect(lines.join('')).not.toContain(plain);
});
