import { expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config.ts';
import { registrableDomain } from '../../src/config/hosts.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { isLoopback } from '../../src/domain/loopback.ts';

const credentials = { MAILBOX_EMAIL: 'alice@rig.test', MAILBOX_PASSWORD: 'pw' };

test('loopback is this machine by name or number, and nothing that only looks like it', () => {
  for (const host of ['localhost', 'LOCALHOST', '127.0.0.1', '127.8.9.10', '::1', '[::1]']) {
    expect(isLoopback(host), host).toBe(true);
  }
  for (const host of ['127.0.0.1.evil.example', 'localhost.evil.example', '0.0.0.0', '128.0.0.1', '127.1']) {
    expect(isLoopback(host), host).toBe(false);
  }
});

test.each([
  ['MAILBOX_IMAP_SECURE', { MAILBOX_IMAP_SECURE: 'false' }],
  ['MAILBOX_IMAP_SECURE', { MAILBOX_IMAP_SECURE: 'false', MAILBOX_IMAP_PORT: '143' }],
  ['MAILBOX_SMTP_SECURE', { MAILBOX_SMTP_SECURE: 'false' }],
  ['MAILBOX_SMTP_SECURE', { MAILBOX_SMTP_SECURE: 'false', MAILBOX_SMTP_PORT: '25' }],
  ['MAILBOX_SMTP_SECURE', { MAILBOX_SMTP_SECURE: 'true', MAILBOX_SMTP_PORT: '587' }],
  ['MAILBOX_CALDAV_URL', { MAILBOX_CALDAV_URL: 'http://dav.mailbox.org/' }],
])('%s: no password goes over the network in plain text: %j', (name, env) => {
  expect(() => readConfig([], { ...credentials, ...env })).toThrow(ConfigError);
  expect(() => readConfig([], { ...credentials, ...env })).toThrow(new RegExp(name, 'u'));
});

test('plain text to this machine, and STARTTLS on 587 anywhere, are fine', () => {
  const plain = readConfig([], {
    ...credentials,
    MAILBOX_IMAP_HOST: '127.0.0.1',
    MAILBOX_IMAP_PORT: '1143',
    MAILBOX_IMAP_SECURE: 'false',
    MAILBOX_SMTP_HOST: '::1',
    MAILBOX_SMTP_SECURE: 'no',
    MAILBOX_CALDAV_URL: 'http://[::1]:5232/',
  });
  expect(plain.accounts[0]?.imap).toEqual({ host: '127.0.0.1', port: 1143, secure: false });
  expect(plain.accounts[0]?.smtp).toEqual({ host: '::1', port: 465, secure: false });

  const startTls = readConfig([], { ...credentials, MAILBOX_SMTP_PORT: '587' });
  expect(startTls.accounts[0]?.smtp).toEqual({ host: 'smtp.mailbox.org', port: 587, secure: false });
});

test.each([
  ['imap.mailbox.org', 'mailbox.org'],
  ['IMAP.Web.DE', 'web.de'],
  ['mail.example.co.uk', 'example.co.uk'],
  ['mailbox.org', 'mailbox.org'],
  ['127.0.0.1', 'rig.test'],
  ['::1', 'rig.test'],
  ['localhost', 'rig.test'],
])('the Authentication-Results of %s are written by %s', (host, domain) => {
  expect(registrableDomain(host, 'alice@rig.test')).toBe(domain);
});

test('MAILBOX_AUTHSERV_IDS overrides the guess', () => {
  const config = readConfig([], { ...credentials, MAILBOX_AUTHSERV_IDS: 'mx1.rig.test, mx2.rig.test' });
  expect(config.accounts[0]?.authservIds).toEqual(['mx1.rig.test', 'mx2.rig.test']);
});
