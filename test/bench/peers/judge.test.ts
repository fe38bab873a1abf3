import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { makings, weekEvents } from './calendar.ts';
import { judgeEvents, judgeList, judgeMade, judgeText } from './judge.ts';
import { type KnownMail, makeMailbox } from './mailbox.ts';
import type { ListedMail, ShownEvent } from './peer.ts';

const mailbox = makeMailbox();
const newest = mailbox.mails.slice(-10).reverse();
const [event, series] = makings as [(typeof makings)[0], (typeof makings)[0]];

test('what the mailbox is said to hold is what another program reads in it', async () => {
  const odd = mailbox.readings.map(({ mail }) => mail);
  const some = [...odd, ...mailbox.fromSender, ...mailbox.withWord, mailbox.latest, mailbox.moved];
  for (const mail of some) {
    const { subject, date, from, text = '' } = await simpleParser(mail.raw);
    expect(subject).toBe(mail.subject);
    expect(date).toEqual(mail.date);
    expect(from?.text).toContain(mail.from);
    expect(judgeText(text, mail)).toEqual([]);
  }
  expect([mailbox.mails.length, mailbox.fromSender.length, mailbox.withWord.length]).toEqual([500, 7, 3]);
});

test('the ten newest are right with the time of arrival or in another zone', () => {
  expect(judgeList(newest.map(listed), newest)).toEqual([]);
  const arrivals = newest.map((mail) => ({
    ...listed(mail),
    date: new Date(mail.date.getTime() + 20_000).toISOString(),
  }));
  expect(judgeList(arrivals, newest)).toEqual([]);
});

test('a list is wrong by what is missing, foreign, or out of order', () => {
  const [first, second, ...others] = newest.map(listed) as [ListedMail, ListedMail, ...ListedMail[]];
  expect(judgeList([first, ...others], newest)).toEqual([`missing "${second.subject}"`]);
  expect(judgeList([second, first, ...others], newest)).toEqual(['not newest first']);
  expect(judgeList(newest.map(listed).reverse(), newest)).toEqual(['oldest first']);
  const old = listed(mailbox.moved);
  expect(judgeList([first, second, ...others, old], newest)).toEqual([
    `"${old.subject}" does not belong there`,
  ]);
  expect(judgeList([], newest)).toEqual([`missing "${first.subject}" (and 9 more such)`]);
});

test('a garbled subject, a foreign sender and a shifted date are each named', () => {
  const [mail] = newest as [KnownMail];
  const other = { subject: 'Pr?fung', from: 'unknown', date: '2020-01-01' };
  const wrong = (field: keyof typeof other) =>
    judgeList([{ ...listed(mail), [field]: other[field] }], [mail]);
  expect(wrong('subject')).toEqual([`subject "${mail.subject}" shown as "Pr?fung"`]);
  expect(wrong('from')).toEqual([`sender ${mail.from} shown as unknown`]);
  expect(wrong('date')).toEqual([`date ${mail.date.toISOString()} shown as 2020-01-01`]);
});

test('a date that cannot be read is not a right one', () => {
  const [mail] = newest as [KnownMail];
  expect(judgeList([{ ...listed(mail), date: 'yesterday' }], [mail])).toHaveLength(1);
});

test.each([
  ['<p>Guten Tag</p>', 'HTML markup left in'],
  ['Guten Tag\n.box { color: red }', 'style sheet left in'],
  ['Guten Tag $B2q5D$O2P', 'ISO-2022-JP not decoded'],
  ['Guten Tag =C3=BC', 'quoted-printable not decoded'],
  [`Guten Tag\n${'QUJD'.repeat(20)}`, 'base64 left in'],
  ['Guten Tag\nContent-Type: text/plain', 'MIME headers left in'],
])('of a text, %j is more than the text', (text, finding) => {
  expect(judgeText(text, { sentences: ['Guten Tag'] })).toEqual([finding]);
});

test('a text may be laid out in its own way, and must not lose a sentence', () => {
  const mail = { sentences: ['Größe: 12 €.', 'Bis bald.'] };
  expect(judgeText('Größe:\n  12\u00a0€.\r\n\r\nBis bald.', mail)).toEqual([]);
  expect(judgeText('Größe: 12 €.', mail)).toEqual(['"Bis bald." is not in the text']);
});

test('the week is right in any order and any zone, with the last day of an all-day event or the day after', () => {
  const right = weekEvents.map(
    (known): ShownEvent =>
      'day' in known
        ? { title: known.title, start: known.day, end: '2026-03-31' }
        : { title: known.title, start: known.start.toISOString(), end: known.end.toISOString() },
  );
  expect(judgeEvents(right.reverse(), weekEvents)).toEqual([]);
  expect(judgeEvents(right.slice(1), weekEvents)).toHaveLength(1);
});

test('an occurrence where there is none, and an event that ends at another time, are named', () => {
  const right = [{ title: 'Chor', start: new Date('2026-05-05T10:00Z'), end: new Date('2026-05-05T11:00Z') }];
  const shown = { title: 'Chor', start: '2026-05-05T10:00:00Z', end: '2026-05-05T11:00:00Z' };
  const deleted = { title: 'Chor', start: '2026-05-06T10:00:00Z', end: '2026-05-06T11:00:00Z' };
  expect(judgeEvents([shown, deleted], right)).toEqual(['"Chor" shown at 2026-05-06T10:00:00Z']);
  expect(judgeEvents([{ ...shown, end: '2026-05-05T12:00:00Z' }], right)).toEqual([
    '"Chor" of 2026-05-05T10:00:00Z shown as ending 2026-05-05T12:00:00Z',
  ]);
});

test('a day alone does not say midnight', () => {
  const midnight = new Date('2026-05-05T00:00Z');
  const shown = { title: 'Chor', start: '2026-05-05', end: '2026-05-05' };
  expect(judgeEvents([shown], [{ title: 'Chor', start: midnight, end: midnight }])).not.toEqual([]);
});

test('an event that was made is judged by what is stored, once', () => {
  const ics = stored('Größenprüfung', 'DTSTART:20260505T080000Z', 'DTEND:20260505T090000Z');
  expect(judgeMade([ics], event)).toEqual([]);
  expect(judgeMade([], event)).toEqual(['0 resources stored']);
  expect(judgeMade([ics, ics], event)).toEqual(['2 resources stored']);
  const local = stored('Größenprüfung', 'DTSTART:20260505T100000Z', 'DTEND:20260505T110000Z');
  expect(judgeMade([local], event)).not.toEqual([]);
});

test('a series keeps its hour over the change of the clocks, which one in UTC does not', () => {
  const rule = 'RRULE:FREQ=WEEKLY;COUNT=3';
  const zoned = ['DTSTART;TZID=Europe/Berlin:20261019T190000', 'DTEND;TZID=Europe/Berlin:20261019T203000'];
  expect(judgeMade([stored('Chor', ...zoned, rule)], series)).toEqual([]);
  const utc = stored('Chor', 'DTSTART:20261019T170000Z', 'DTEND:20261019T183000Z', rule);
  expect(judgeMade([utc], series)).toEqual([
    '"Chor": 2 of 3 missing, first 2026-10-26T18:00:00.000Z',
    '"Chor" shown at 2026-10-26T17:00:00.000Z (and 1 more such)',
  ]);
  const endless = stored('Chor', ...zoned, 'RRULE:FREQ=WEEKLY');
  expect(judgeMade([endless], series)).toEqual(['"Chor" shown at 2026-11-09T18:00:00.000Z']);
});

function listed({ subject, from, date }: KnownMail): ListedMail {
  return { id: '1', subject, from: `Somebody <${from}>`, date: date.toISOString() };
}

function stored(title: string, ...lines: string[]): string {
  const zone = [
    ...['BEGIN:VTIMEZONE', 'TZID:Europe/Berlin', 'BEGIN:STANDARD', 'DTSTART:19701025T030000'],
    ...['RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU', 'TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100'],
    ...['END:STANDARD', 'BEGIN:DAYLIGHT', 'DTSTART:19700329T020000'],
    ...['RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200'],
    ...['END:DAYLIGHT', 'END:VTIMEZONE'],
  ];
  const body = ['BEGIN:VEVENT', 'UID:1', 'DTSTAMP:20260101T000000Z', `SUMMARY:${title}`, ...lines];
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...zone, ...body, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
}
