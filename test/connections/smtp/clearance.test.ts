import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { MailboxError } from '../../../src/domain/errors.ts';
import { postOffices } from '../../support/post-office.ts';
import { failing, message, SmtpRig } from './rig.ts';

const signal = () => AbortSignal.timeout(10_000);
const conflict = new MailboxError('conflict', 'Sent before.', { hint: 'Nothing was sent.' });
/** The limits of `SmtpRig` are too short to tell a wait from a silence. */
const limits = { commandMs: 2000, acceptMs: 2000, lastWordMs: 50 };

test('the envelope travels while clearance is awaited, and not a byte of the message', async () => {
  const rig = await SmtpRig.start();
  let dots = 0;
  rig.fault = ({ command }) => {
    if (command === '.') dots++;
    return undefined;
  };
  let clear = () => {};
  const clearance = new Promise<void>((resolve) => {
    clear = resolve;
  });
  const sending = rig.smtp({ limits }).submit(message(), signal(), clearance);
  await expect.poll(() => rig.count('DATA')).toBe(1);
  await sleep(60);
  expect(dots).toBe(0);
  clear();
  expect(await sending).toMatchObject({ status: 'sent' });
  expect(rig.accepted).toBe(1);
});

test.each([
  ['at once', 0],
  ['while the session is opened', 2],
  ['when the server waits for the message', 60],
])(
  'without clearance (%s) nothing is sent, its reason is the error, and the next mail goes',
  async (_, ms) => {
    const rig = await SmtpRig.start();
    const smtp = rig.smtp({ limits });
    const refused = ms === 0 ? Promise.reject(conflict) : sleep(ms).then(() => Promise.reject(conflict));
    await expect(smtp.submit(message(), signal(), refused)).rejects.toBe(conflict);
    await expect.poll(() => rig.accepted, { interval: 5, timeout: 40 }).toBe(0);
    expect((await smtp.submit(message(), signal())).status).toBe('sent');
    expect(rig.accepted).toBe(1);
    expect(rig.connections.total).toBe(ms < 60 ? rig.connections.total : 2);
  },
);

test('what is refused, lost or given up while clearance is awaited is told as ever', async () => {
  const never = new Promise<void>(() => undefined);
  const submit = async (rig: SmtpRig, end = signal()) =>
    await rig
      .smtp({ limits: { ...limits, commandMs: 150 } })
      .submit(message(), end, never)
      .catch((error: unknown) => error);
  const refusing = await SmtpRig.start();
  refusing.fault = failing('RCPT', { reply: '550 5.1.1 nobody' });
  expect(await submit(refusing)).toMatchObject({ message: expect.stringMatching(/none of the recipients/u) });
  const waiting = await SmtpRig.start();
  expect(await submit(waiting)).toMatchObject({ code: 'timeout' });
  const ended = new MailboxError('timeout', 'The call was cancelled.');
  const ending = new AbortController();
  setTimeout(() => ending.abort(ended), 60);
  const cancelled = await submit(waiting, ending.signal);
  expect(cancelled).toMatchObject({ message: 'The call was cancelled. Nothing was sent.' });
  await expect.poll(() => waiting.connections.open).toBe(0);
  expect(waiting.accepted).toBe(0);
});

test('a connection that breaks while clearance is awaited is replaced once, for nothing has left', async () => {
  const rig = await SmtpRig.start();
  const smtp = rig.smtp({ limits });
  await smtp.submit(message(), signal());
  rig.fault = failing('DATA', 'drop', 1);
  expect((await smtp.submit(message(), signal(), sleep(80))).status).toBe('sent');
  expect(rig.accepted).toBe(2);
  expect(rig.connections.total).toBe(2);
});

const real = postOffices.find(({ name }) => name !== 'sandbox');

test.runIf(real)('a real Postfix drops what got no clearance', async () => {
  const office = await (real ?? raise()).open();
  onTestFinished(() => office.close());
  const env = office.env('alice');
  const [from = '', to = ''] = [env.MAILBOX_EMAIL, office.env('bob').MAILBOX_EMAIL];
  const smtp = new SmtpRig({}).smtp({
    ...{ host: env.MAILBOX_SMTP_HOST ?? '', port: Number(env.MAILBOX_SMTP_PORT), secure: true, limits },
    ...{ username: from, password: async () => env.MAILBOX_PASSWORD ?? '' },
    ca: readFileSync(env.MAILBOX_CA_FILE ?? '', 'utf8'),
  });
  const mail = (subject: string) =>
    message({ from, recipients: [to], raw: Buffer.from(`Subject: ${subject}\r\n\r\nx\r\n`) });
  const refused = sleep(300).then(() => Promise.reject(conflict));
  await expect(smtp.submit(mail('Held'), signal(), refused)).rejects.toBe(conflict);
  expect((await smtp.submit(mail('Next'), signal(), sleep(300))).status).toBe('sent');
  await office.arrived('bob', 'Next');
  expect(await office.copies('bob', 'Held')).toEqual([]);
});

function raise(): never {
  throw new Error('There is no real Postfix.');
}
