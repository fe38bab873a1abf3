import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { letter, mixed, part, parts } from '../support/letters.ts';
import { context, openMail, openSandbox } from '../support/mailboxes.ts';
import { startProxy } from '../support/proxy.ts';

const me = 'alice@sandbox.test';
const lines = (count: number) =>
  Array.from({ length: count }, (_, n) => `line ${n} of the text`).join('\r\n');

/** Mail on a server whose words are changed on their way as soon as there is a `lie`. */
async function lyingServer(env: Record<string, string> = {}) {
  const box = await openSandbox();
  let lie = (text: string) => text;
  const rewrite = (piece: Buffer) => Buffer.from(lie(piece.toString('latin1')), 'latin1');
  const proxy = await startProxy({ targetPort: Number(box.env.MAILBOX_IMAP_PORT), rewrite });
  const account = await openMail({ ...box.env, ...env, MAILBOX_IMAP_PORT: String(proxy.port) });
  onTestFinished(async () => {
    await account.close();
    await proxy.close();
    await box.close();
  });
  const deliver = (subject: string, more = {}) =>
    box.sandbox.deliver(me, 'INBOX', letter({ subject, ...more }));
  return {
    ...{ mail: account.mail, schedule: account.schedule, sandbox: box.sandbox },
    deliver,
    tell: (next: typeof lie) => {
      lie = next;
    },
    search: (request = {}) => account.mail.search({ folder: 'inbox', ...request }, context()),
  };
}

/** Every literal of a body, but none of headers, as `change` makes it. */
const bodies = (change: (literal: string) => string) => (text: string) => {
  let rest = text;
  let told = '';
  for (;;) {
    const match = /BODY\[[\d.]*\](?:<\d+>)? \{(\d+)\}\r\n/u.exec(rest);
    if (!match) return told + rest;
    const start = match.index + match[0].length;
    const end = start + Number(match[1]);
    told += rest.slice(0, match.index) + match[0].replace(/\{\d+\}\r\n$/u, change(rest.slice(start, end)));
    rest = rest.slice(end);
  }
};
const literal = (text: string) => `{${text.length}}\r\n${text}`;
const half = bodies((text) => literal(text.slice(0, text.length / 2)));

const shortened: [string, (text: string) => string, number][] = [
  ['half of', half, 0.5],
  ['NIL for', bodies(() => 'NIL'), 0],
  ['"" for', bodies(() => '""'), 0],
];

test.each(shortened)(
  '%s a text is never shown as the whole, and is asked for again',
  async (_, lie, share) => {
    const { mail, deliver, search, tell } = await lyingServer();
    const body = lines(120);
    deliver('long', { body });
    const id = (await search()).emails[0]?.id ?? '';
    tell(lie);
    const { warnings = [] } = await mail.read({ id }, context());
    const size = body.length;
    expect(warnings).toEqual([
      {
        code: 'malformed',
        detail: expect.stringMatching(
          new RegExp(
            `^The mail server sent only ${Math.floor(size * share)} of ${size} bytes of the text`,
            'u',
          ),
        ),
      },
    ]);
    const { incomplete } = await mail.thread({ id }, context());
    expect(incomplete).toEqual([{ where: id, code: 'unavailable' }]);
    expect((await mail.read({ id, format: 'source' }, context())).warnings).toEqual([
      { code: 'malformed', detail: expect.stringMatching(/ bytes of the source: the rest is missing\.$/u) },
    ]);
    tell((text) => text);
    const whole = await mail.read({ id, maxChars: 20_000 }, context());
    expect(whole.warnings).toBeUndefined();
    expect(whole.body.text).toContain('line 119 of the text');
  },
);

test.each(shortened)(
  '%s an attachment is an error, and no file, and does not say that the mail is gone',
  async (_, lie) => {
    const downloads = mkdtempSync(join(tmpdir(), 'mbx-lies-'));
    onTestFinished(() => rmSync(downloads, { recursive: true }));
    const { mail, deliver, search, tell } = await lyingServer({ MAILBOX_DOWNLOAD_DIR: downloads });
    const headers = ['Content-Type: text/csv', 'Content-Disposition: attachment; filename=a.csv'];
    const body = parts('x', part(['Content-Type: text/plain'], 'see file'), part(headers, lines(120)));
    deliver('file', { headers: [mixed('x')], body });
    const request = { id: (await search()).emails[0]?.id ?? '', part: '2' };
    tell(lie);
    const refusal = { code: 'unavailable', message: 'The mail server sent only a part of the attachment.' };
    await expect(mail.attachment(request, context())).rejects.toMatchObject(refusal);
    await expect(mail.download(request, context())).rejects.toMatchObject(refusal);
    expect(readdirSync(downloads)).toEqual([]);
    tell((text) => text);
    expect((await mail.attachment(request, context())).content.text).toContain('line 119 of the text');
  },
);

test('an invitation of which the server leaves something out is not answered, and not said to be a single event', async () => {
  const { mail, schedule, sandbox, deliver, search, tell } = await lyingServer();
  const event = ['UID:weekly', 'DTSTAMP:20260101T000000Z', 'DTSTART:20270607T080000Z', 'SUMMARY:Weekly'];
  const people = [
    'ORGANIZER:mailto:bob@example.org',
    `ATTENDEE:mailto:${me}`,
    `DESCRIPTION:${'x'.repeat(900)}`,
  ];
  const file = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'METHOD:REQUEST', 'BEGIN:VEVENT', ...event, ...people];
  const body = [...file, 'RRULE:FREQ=WEEKLY', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
  deliver('weekly', { headers: ['Content-Type: text/calendar; method=REQUEST'], body });
  const id = (await search()).emails[0]?.id ?? '';
  const answer = () =>
    schedule?.respond({ emailId: id, response: 'accepted' }, { ...context(), confirm: undefined });
  tell(bodies((text) => literal(text.replace(/DESCRIPTION[\s\S]*?FREQ=WEEKLY\r\n/u, ''))));
  const refusal = { code: 'unavailable', message: 'The mail server sent only a part of the invitation.' };
  await expect(answer()).rejects.toMatchObject(refusal);
  const { invitation, warnings, ...email } = await mail.read({ id }, context());
  expect(invitation?.title).toBe('Weekly');
  expect(email).not.toHaveProperty('invitedTo');
  expect(warnings).toEqual([
    { code: 'malformed', detail: expect.stringMatching(/ bytes of the invitation: the rest is missing\.$/u) },
  ]);
  const calendar = sandbox.caldav.calendars.user(me).collection('Kalender');
  expect([calendar.resources.size, sandbox.smtp.accepted.length]).toEqual([0, 0]);
  tell((text) => text);
  expect(await answer()).toMatchObject({ recurring: true, myStatus: 'accepted' });
});

test('a text with other line ends, or a few bytes less than announced, is whole', async () => {
  const { mail, deliver, search, tell } = await lyingServer();
  deliver('ends', { body: lines(120) });
  const id = (await search()).emails[0]?.id ?? '';
  tell(bodies((text) => literal(text.replaceAll('\r\n', '\n'))));
  expect((await mail.read({ id }, context())).warnings).toBeUndefined();
  expect((await mail.read({ id, format: 'source' }, context())).warnings).toBeUndefined();
});

test('mails that the server finds and then does not tell of make the answer incomplete', async () => {
  const { mail, deliver, search, tell } = await lyingServer();
  for (const subject of ['one', 'two', 'three']) deliver(subject);
  const { emails } = await search();
  tell((text) => text.replace(/^\* 2 FETCH .*\r\n(?:.*\r\n)*?\)\r\n/gmu, ''));
  const partly = await search({ limit: 5 });
  expect(partly.emails.map(({ subject }) => subject).sort()).toEqual(['one', 'three']);
  expect(partly).toMatchObject({ searched: [], incomplete: [{ where: 'INBOX', code: 'unavailable' }] });
  expect(partly.total).toBeUndefined();
  tell((text) => (/FETCH/u.test(text) ? text.replace(/^\* \d+ FETCH [\s\S]*?(?=^\w+ OK)/gmu, '') : text));
  await expect(search({ limit: 6 })).rejects.toMatchObject({ code: 'unavailable' });
  const untold = emails.find(({ subject }) => subject === 'two')?.id ?? '';
  await expect(mail.read({ id: untold }, context())).rejects.toMatchObject({ code: 'unavailable' });
});

test('mails of a conversation that the server does not tell of make it incomplete', async () => {
  const { mail, deliver, search, tell } = await lyingServer();
  deliver('Plan', { headers: ['Message-ID: <root@x>'] });
  for (const n of [1, 2])
    deliver('Re: Plan', { headers: [`Message-ID: <a${n}@x>`, 'In-Reply-To: <root@x>'] });
  const id = (await search()).emails.find(({ subject }) => subject === 'Plan')?.id ?? '';
  expect((await mail.thread({ id }, context())).total).toBe(3);
  tell((text) => text.replace(/^\* 3 FETCH .*\r\n(?:.*\r\n)*?\)\r\n/gmu, ''));
  const { total, incomplete } = await mail.thread({ id, limit: 7 }, context());
  expect(total).toBe(2);
  expect(incomplete).toEqual([{ where: 'INBOX', code: 'unavailable' }]);
});

test('a listing of nothing is an error, not an account without folders', async () => {
  const { mail, tell } = await lyingServer();
  tell((text) => text.replace(/^\* (?:LIST|STATUS) .*\r\n/gmu, ''));
  await expect(mail.folders({}, context())).rejects.toMatchObject({ code: 'unavailable' });
  await expect(mail.search({}, context())).rejects.toMatchObject({ code: 'unavailable' });
});

test.each([
  ['ALL 1:4294967295', 'unavailable'],
  ['COUNT 3 PARTIAL (1:31 1:4294967295)', 'unavailable'],
  ['COUNT 3 PARTIAL (1:31 1:5000)', 'unavailable'],
])('a search that finds more than the folder can hold (%s) is an error', async (found, code) => {
  const { deliver, search, tell } = await lyingServer();
  deliver('one');
  tell((text) => text.replace(/^(\* ESEARCH \(TAG "[^"]*"\) UID).*/gmu, `$1 ${found}`));
  const before = process.memoryUsage().rss;
  await expect(search({ subject: 'one' })).rejects.toMatchObject({ code });
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
});

test.each(['99999999999999999999', '4000000000', '-1'])(
  'a count of %s matches is no total',
  async (count) => {
    const { deliver, search, tell } = await lyingServer();
    for (const subject of ['one', 'two', 'three']) deliver(subject);
    tell((text) => text.replace(/ COUNT \d+/gu, ` COUNT ${count}`));
    const { emails, total } = await search({ limit: 1 });
    expect(emails).toHaveLength(1);
    expect([undefined, 3]).toContain(total);
  },
);

test('a mail with countless keywords is listed with some of them', async () => {
  const { mail, deliver, search, tell } = await lyingServer();
  deliver('labelled');
  const keywords = Array.from({ length: 3000 }, (_, n) => `kw${n}`).join(' ');
  tell((text) => text.replace(/(FETCH \([^)]*FLAGS \()([^)]*)\)/gu, `$1${keywords} \\Flagged)`));
  const { emails } = await search();
  const flags = ['unread', ...Array.from({ length: 20 }, (_, n) => `kw${n}`), 'flagged'];
  expect(emails).toMatchObject([{ subject: 'labelled', flags }]);
  expect((await mail.read({ id: emails[0]?.id ?? '' }, context())).flags).toEqual(flags);
});
