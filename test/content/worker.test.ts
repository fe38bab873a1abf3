import { afterAll, expect, test } from 'vitest';
import type { MessageInput } from '../../src/content/message.ts';
import { ContentReader, type ContentReaderOptions } from '../../src/content/worker/content-reader.ts';
import { bearable, heavyHtml, lagDuring } from './fixtures/heavy.ts';

const never = new AbortController().signal;
const readers: ContentReader[] = [];
const open = (options?: ContentReaderOptions) => {
  const reader = new ContentReader(options);
  readers.push(reader);
  return reader;
};
const reader = open();
afterAll(async () => {
  for (const each of readers) await each.close();
});

function fetched(type: string, text: string, encoding = '8bit') {
  const bytes = Buffer.from(text);
  const parameters = { charset: 'utf-8' };
  const part = { part: '1', type, parameters, encoding, size: bytes.length, children: [] };
  return { bytes, part };
}

const header = Buffer.from('Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nFrom: a@example.org\r\n\r\n');
const html = (text: string, more: Partial<MessageInput> = {}): MessageInput => ({
  header,
  texts: [{ html: fetched('text/html', text) }],
  ...more,
});

test('a mail read on a thread says what it says here: fields, text, event, warnings', async () => {
  const ics =
    'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260302T090000Z\r\nSUMMARY:Talk\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';
  const invitation = { ...fetched('text/calendar', ics), zone: 'Europe/Berlin' };
  const reading = await reader.message(html('<p>Hello <b hidden>SECRET</b></p>', { invitation }), never);
  expect(reading).toMatchObject({
    fields: [
      { name: 'subject', value: 'Grüße' },
      { name: 'from', value: 'a@example.org' },
    ],
    text: 'Hello',
    format: 'text',
    hiddenRemoved: 6,
    warnings: [{ code: 'hidden_text_removed' }],
    event: { invitation: { title: 'Talk', start: '2026-03-02T10:00:00+01:00' } },
  });
});

test('a mail of a little plain text needs no thread; HTML that calls itself plain text gets one', async () => {
  const closed = open();
  await closed.close();
  const plain = (text: string) => ({ header, texts: [{ plain: fetched('text/plain', text) }] });
  expect(await closed.message(plain('Hello'), never)).toMatchObject({ text: 'Hello', warnings: [] });
  for (const text of ['<html><p>Hello</p>', 'Hello '.repeat(20_000)])
    expect(await closed.message(plain(text), never)).toMatchObject({ excerpt: true });
  const disguised = await reader.message(plain('<html><p>Hello <b hidden>SECRET</b></p>'), never);
  expect(disguised.text).toBe('Hello');
});

test('while a heavy mail is read, other work goes on', async () => {
  await reader.message(html('warm'), never);
  const { p99, ms } = await lagDuring(() => reader.message(html(heavyHtml), never));
  expect(ms).toBeGreaterThan(100);
  expect(p99).toBeLessThan(bearable(ms));
});

test('HTML to be quoted is made harmless meanwhile, or there is none', async () => {
  const input = {
    html: `<script>x()</script>${heavyHtml.slice(0, 440_000)}`,
    options: { withoutSignature: true },
  };
  await reader.quotable({ html: 'warm', options: {} }, never);
  let quoted: Awaited<ReturnType<ContentReader['quotable']>>;
  const { p99, ms } = await lagDuring(async () => {
    quoted = await reader.quotable(input, never);
  });
  expect(quoted?.html).toMatch(/^<p style="color:#123">hello <b>you<\/b><\/p>/u);
  expect(p99).toBeLessThan(bearable(ms));
  const closed = open();
  await closed.close();
  expect(await closed.quotable(input, never)).toBeUndefined();
});

test('what cannot be read in time gives fields, a raw excerpt and `malformed`; the next mail is read', async () => {
  const hasty = open({ maxMs: 400 });
  const late = await hasty.message(html(`<p>Begin</p>${heavyHtml}`), never);
  expect(late.fields.map(({ name }) => name)).toEqual(['subject', 'from']);
  expect(late.text).toMatch(/^<p>Begin<\/p><p style=/u);
  expect(late.text.length).toBeLessThanOrEqual(16 * 1024);
  expect(late).toMatchObject({ excerpt: true, warnings: [{ code: 'malformed' }] });
  expect(late.warnings[0]?.detail).toContain('took too long');
  expect(await hasty.message(html('<p>Next</p>'), never)).toMatchObject({ text: 'Next', warnings: [] });
});

test('the excerpt is of the plain text where there is one, decoded, and without ciphertext', async () => {
  const closed = open();
  await closed.close();
  const plain = fetched('text/plain', 'Gr=C3=BC=C3=9Fe =E2=80=8B\r\n', 'quoted-printable');
  const two = await closed.message({ texts: [{ plain, html: fetched('text/html', '<p>x') }] }, never);
  expect([two.text.trim(), two.excerpt]).toEqual(['Grüße', true]);
  const blank = fetched('text/plain', 'DQoNCg==', 'base64');
  const html = fetched('text/html', '<p>x');
  expect((await closed.message({ texts: [{ plain: blank, html }] }, never)).text).toBe('<p>x');
  const armor =
    '-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA5abcdefghij\r\n=abcd\r\n-----END PGP MESSAGE-----\r\n';
  const raw = { bytes: Buffer.from(`${armor}${'text '.repeat(1_000_000)}`), charset: 'utf-8' };
  const secret = await closed.message({ raw }, never);
  expect(secret).toMatchObject({ excerpt: true, encrypted: 'pgp' });
  expect(secret.text).not.toContain('hQEMA5');
  expect(secret.text.length).toBeLessThanOrEqual(16 * 1024);
});

test('a mail that takes more memory than a thread has leaves the process alive', async () => {
  const small = open({ maxHeapMb: 24 });
  const nested = html('<p style="color:red">hello <b>you</b></p>'.repeat(50_000));
  const killed = await small.message(nested, never);
  expect(killed).toMatchObject({ excerpt: true, warnings: [{ code: 'malformed' }] });
  expect(await small.message(html('<p>Next</p>'), never)).toMatchObject({ text: 'Next' });
});

test('a call that is cancelled ends at once, and the next is answered', async () => {
  await reader.message(html('warm'), never);
  const cancel = new AbortController();
  const reading = reader.message(html(heavyHtml), cancel.signal);
  const before = performance.now();
  cancel.abort(new Error('cancelled'));
  await expect(reading).rejects.toThrow('cancelled');
  expect(performance.now() - before).toBeLessThan(50);
  expect(await reader.message(html('<p>Next</p>'), never)).toMatchObject({ text: 'Next' });
});

test('bytes that lie in a larger buffer come as they are, and stay', async () => {
  const around = Buffer.from(`SECRET<p>Hello</p>${'SECRET'.repeat(1000)}`);
  const { part } = fetched('text/html', '');
  const bytes = around.subarray(6, 18);
  const input = { texts: [{ html: { bytes, part } }] };
  expect((await reader.message(input, never)).text).toBe('Hello');
  expect((await reader.message(input, never)).text).toBe('Hello');
});
