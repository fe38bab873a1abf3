import { expect, test } from 'vitest';
import { caldavMcp } from './caldav-mcp.ts';
import { weekEvents } from './calendar.ts';
import { emailMcp } from './email-mcp.ts';
import { judgeEvents, judgeList, judgeText } from './judge.ts';
import { makeMailbox } from './mailbox.ts';
import { mcpMailServer } from './mcp-mail-server.ts';
import { ourServer } from './our-server.ts';

// Answers as these versions gave them. What is judged of a server is only as right as the reading of its answers.

const { mails, readings } = makeMailbox();
const newestTwo = mails.slice(-2).reverse();
const html = readings.find(({ kind }) => kind === 'HTML alone')?.mail ?? { sentences: [] };

test('a list of @codefuturist/email-mcp is read without its marks, labels and previews', () => {
  const answer = [
    '📬 [INBOX] 8 emails (page 1/3) — more pages available',
    '',
    '[8] 🔵 Vorgang 5499: Prüfung',
    '  From: Ágnes Kovács <person16@firma.example> | 2026-03-16T12:59:00.000Z',
    '  🏷️ work',
    '  Dies ist Nachricht 5499 [4] Anbei',
    '',
    '[7] 🔵 ⭐ 📎 Vorgang 5498: Prüfung',
    '  From: Zoë Dupont <person15@firma.example> | 2026-03-16T12:18:00.000Z',
  ].join('\n');
  const listed = emailMcp.mail?.readList(answer) ?? [];
  expect(listed.map(({ id }) => id)).toEqual(['8', '7']);
  expect(judgeList(listed, newestTwo)).toEqual([]);
});

test('@codefuturist/email-mcp finding nothing is an empty list, and an answer of another form is not', () => {
  expect(emailMcp.mail?.readList('No emails found matching the criteria.')).toEqual([]);
  expect(() => emailMcp.mail?.readList('## 8 e-mails')).toThrow('no list');
  expect(() => emailMcp.mail?.readText('## a mail')).toThrow('no body');
});

test('HTML that @codefuturist/email-mcp gives where text was asked for is found out', () => {
  const answer =
    '📧 Ihre Bestellung 4711\nStatus: 🔵 Unread\n\n--- Body ---\n\n<html><head><style>.box { color: #c00; padding: 4px }</style></head><body><p>Ihre Bestellung <b>4711</b> ist unterwegs.</p>';
  expect(judgeText(emailMcp.mail?.readText(answer) ?? '', html)).toEqual([
    '"Ihre Bestellung 4711 ist unterwegs." is not in the text (and 1 more such)',
    'HTML markup left in',
    'style sheet left in',
  ]);
});

test('a list of mcp-mail-server is read in its order, which is oldest first', () => {
  const message = { flags: [], size: 0, to: 'bench@rig.test', text: '…', html: false };
  const answer = JSON.stringify([
    {
      uid: 7,
      date: '2026-03-16T12:18:20.000Z',
      subject: 'Vorgang 5498: Prüfung',
      from: 'person15@firma.example',
      ...message,
    },
    {
      uid: 8,
      date: '2026-03-16T12:59:20.000Z',
      subject: 'Vorgang 5499: Prüfung',
      from: 'person16@firma.example',
      ...message,
    },
  ]);
  const listed = mcpMailServer.mail?.readList(answer) ?? [];
  expect(listed.map(({ id }) => id)).toEqual(['7', '8']);
  expect(judgeList(listed, newestTwo)).toEqual(['oldest first']);
  expect(mcpMailServer.mail?.readList(`{"totalMatches":2,"messages":${answer}}`)).toEqual(listed);
});

test('of the two forms mcp-mail-server gives of a mail the text is judged', () => {
  const text = 'Ihre Bestellung 4711 ist unterwegs.\n\nLieferung: Dienstag & Mittwoch, für 12 €.';
  const answer = JSON.stringify({ uid: 2, text, html: '<p>Ihre Bestellung</p>' });
  expect(judgeText(mcpMailServer.mail?.readText(answer) ?? '', html)).toEqual([]);
});

test('a series that caldav-mcp shows at its first date alone is found out, and so is its all-day event', () => {
  const answer = JSON.stringify([
    shown('Tokio', '2026-04-01T08:00:00.000Z', '2026-04-01T09:00:00.000Z'),
    shown('Urlaub', '2026-03-29T22:00:00.000Z', '2026-03-30T22:00:00.000Z'),
    shown('Zahnärztin Dr. Öztürk', '2026-03-26T14:00:00.000Z', '2026-03-26T15:00:00.000Z'),
    shown('Standup', '2026-03-02T08:30:00.000Z', '2026-03-02T08:45:00.000Z'),
    shown('Standup', '2026-03-31T12:00:00.000Z', '2026-03-31T12:15:00.000Z'),
  ]);
  expect(judgeEvents(caldavMcp.calendar?.readEvents(answer) ?? [], weekEvents)).toEqual([
    '"Standup": 5 of 6 missing, first 2026-03-26T08:30:00.000Z',
    'all-day "Urlaub" shown as 2026-03-29T22:00:00.000Z to 2026-03-30T22:00:00.000Z',
    '"Standup" shown at 2026-03-02T08:30:00.000Z',
  ]);
});

test('caldav-mcp names a calendar by its address, ours by its id', () => {
  const theirs = '[{"displayName":"work","url":"/p%40rig.test/work/","supportedComponents":["VEVENT"]}]';
  const ours = '{"calendars":[{"id":"work-2","name":"work"}],"timezone":"Europe/Berlin"}';
  expect(caldavMcp.calendar?.calendarOf(theirs, 'work')).toBe('/p%40rig.test/work/');
  expect(ourServer.calendar?.calendarOf(ours, 'work')).toBe('work-2');
});

test('ours is read as strictly: a list by its own fields', () => {
  const answer = JSON.stringify({
    total: 500,
    emails: [
      {
        id: 'INBOX/tov95x-8',
        date: '2026-03-16T13:59:00+01:00',
        from: 'Ágnes Kovács <person16@firma.example>',
        subject: 'Vorgang 5499: Prüfung',
      },
    ],
    searched: ['INBOX'],
  });
  expect(judgeList(ourServer.mail?.readList(answer) ?? [], newestTwo)).toEqual([
    'missing "Vorgang 5498: Prüfung"',
  ]);
});

function shown(summary: string, start: string, end: string) {
  return { uid: summary.toLowerCase(), summary, start, end };
}
