import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  openSandboxPostOffice,
  type PostOffice,
  type PostOfficeOptions,
  postOffices,
} from './post-office.ts';

/** Sends as alice by the settings our server would get. */
async function sendAsAlice(
  { env }: PostOffice,
  mail: { to: string; subject: string; from?: string; messageId?: string },
) {
  const settings = env('alice');
  const mailer = createTransport({
    host: settings.MAILBOX_SMTP_HOST,
    port: Number(settings.MAILBOX_SMTP_PORT),
    secure: settings.MAILBOX_SMTP_SECURE === 'true',
    auth: { user: settings.MAILBOX_EMAIL, pass: settings.MAILBOX_PASSWORD },
    ...(settings.MAILBOX_CA_FILE ? { tls: { ca: readFileSync(settings.MAILBOX_CA_FILE) } } : {}),
  });
  try {
    return await mailer.sendMail({ from: settings.MAILBOX_EMAIL, text: 'Hello', ...mail });
  } finally {
    mailer.close();
  }
}

describe.each(postOffices)('a post office on $name', ({ open }) => {
  const openForTest = async (options?: PostOfficeOptions) => {
    const office = await open(options);
    onTestFinished(() => office.close());
    return office;
  };

  test('takes a letter from alice and lets bob find it, once', async () => {
    const office = await openForTest();
    const { MAILBOX_EMAIL: to = '', MAILBOX_ALIASES } = office.env('bob');
    expect(MAILBOX_ALIASES).toBe(to.replace('@', '.alias@'));
    await sendAsAlice(office, { to, subject: 'Für dich', messageId: '<one@example.org>' });
    const raw = await office.arrived('bob', '<one@example.org>');
    expect(raw.toString()).toMatch(/\r\n\r\nHello\r\n$/u);
    expect(await office.copies('bob', 'Für dich')).toEqual([raw]);
    expect(await office.copies('bob', 'Für')).toEqual([]);
    expect(await office.copies('alice', 'Für dich')).toEqual([]);
    const client = await office.otherClient('bob');
    expect(await client.status('INBOX', { messages: true })).toMatchObject({ messages: 1 });
  });

  test('knows whose an address is, for mail that comes and mail that goes', async () => {
    const office = await openForTest();
    const { MAILBOX_EMAIL: bob = '', MAILBOX_ALIASES: alias = '' } = office.env('bob');
    const { MAILBOX_ALIASES: from = '' } = office.env('alice');
    for (const to of [alias, bob.replace('@', '+shop@'), bob.toUpperCase()]) {
      await sendAsAlice(office, { from, to, subject: to });
      expect(await office.arrived('bob', to)).toBeInstanceOf(Buffer);
    }
    for (const foreign of [bob, alias, 'alice@example.org']) {
      const sending = sendAsAlice(office, { from: foreign, to: bob, subject: 'Forged' });
      await expect(sending).rejects.toThrow(
        /553 5\.7\.1 .*Sender address rejected: not owned by user alice@/u,
      );
    }
    const unknown = bob.replace('bob', 'unknown');
    await expect(sendAsAlice(office, { to: unknown, subject: 'Lost' })).rejects.toThrow(/550 5\.1\.1 /u);
  });

  test('takes mail to other domains, which reaches nobody', async () => {
    const office = await openForTest();
    const { accepted } = await sendAsAlice(office, { to: 'joe@example.org', subject: 'Out' });
    expect(accepted).toEqual(['joe@example.org']);
    expect(await office.copies('alice', 'Out')).toEqual([]);
  });

  test('has the limits and the separator it was opened with', async () => {
    const office = await openForTest({ maxMessageBytes: 10_000, quotaBytes: 2000, separator: '.' });
    const { MAILBOX_EMAIL: to = '' } = office.env('bob');
    const tooLarge = sendAsAlice(office, { to, subject: 'x'.repeat(20_000) });
    await expect(tooLarge).rejects.toMatchObject({ responseCode: 552 });
    const client = await office.otherClient('alice');
    await client.mailboxCreate(['Work', 'Bills']);
    expect((await client.list()).map(({ path }) => path)).toContain('Work.Bills');
    const large = Buffer.from(`Subject: Large\r\n\r\n${'x'.repeat(3000)}`);
    await expect(client.append('INBOX', large)).rejects.toMatchObject({ serverResponseCode: 'OVERQUOTA' });
  });
});

test('the sandbox as a post office has its faults at hand', async () => {
  const office = await openSandboxPostOffice({
    intercept: ({ command }) => (command === 'DATA' ? { reply: '451 4.3.0 Not now' } : undefined),
  });
  onTestFinished(() => office.close());
  const { MAILBOX_EMAIL: to = '' } = office.env('bob');
  await expect(sendAsAlice(office, { to, subject: 'Lost' })).rejects.toMatchObject({ responseCode: 451 });
  expect(office.sandbox.smtp.accepted).toEqual([]);
});
