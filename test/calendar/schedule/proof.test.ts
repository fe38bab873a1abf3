import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edits } from '../../../src/calendar/edit/edits.ts';
import { proofOf } from '../../../src/calendar/schedule/proof.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { at, calendar, day, lines, local, single } from '../../support/calendar-texts.ts';

const eyes = { zone: 'Europe/Berlin', own: ['alice@rig.test'] };
const context = {
  ...{ zone: eyes.zone, now: new Date('2026-06-01T08:00:00Z'), newUid: () => 'new' },
  ...{ ownAddresses: eyes.own, ownName: undefined },
};
const bob = 'ATTENDEE;PARTSTAT=NEEDS-ACTION;CN="A: B":mailto:bob@rig.test';
const people = ['ORGANIZER:mailto:alice@rig.test', bob];
const series = single('s', 0, '09:30', 'SUMMARY:Alt', 'RRULE:FREQ=DAILY;COUNT=5', ...people);
const second = { scope: 'this', occurrence: { instant: Date.parse(at(1, '09:30')) } } as const;

const own = (ics: string) => ics.replaceAll('END:VEVENT', 'X-OX-LAST-SEEN:1\r\nEND:VEVENT');
const proof = (before: string | undefined, planned: string, held: string) =>
  proofOf({ before, planned, must: [] }, held, eyes);
const edited = (fields: EventFields, target: Parameters<typeof edits.edit>[1] = { scope: 'all' }) =>
  edits.edit(series, target, fields, context).ics ?? '';

test('the old text with a line of the server shows nothing of a change', () => {
  const changes = [
    edited({ title: 'Neu', start: `${day(0)}T15:00` }),
    edited({ title: 'Neu' }, second),
    edited({ attendees: ['bob@rig.test', 'carol@rig.test'] }),
    edits.cancel(series, second, context).ics ?? '',
  ];
  for (const planned of changes) {
    expect(proof(series, planned, own(series))).toMatchObject({ isShown: false });
    expect(proof(series, planned, own(planned))).toMatchObject({ isShown: true, otherwise: [] });
  }
});

test('nothing shows of a change that leaves the text with the same kinds of lines', () => {
  const changed = edited({ title: 'Neu' }, second);
  const third = { scope: 'this', occurrence: { instant: Date.parse(at(2, '09:30')) } } as const;
  const both = edits.edit(changed, third, { title: 'Neu' }, context).ics ?? '';
  const back = edits.edit(both, second, { title: 'Alt' }, context).ics ?? '';
  expect(proof(both, back, both)).toMatchObject({ isShown: false });
  expect(proof(both, back, back)).toMatchObject({ isShown: true, isCertain: true });
});

test('of a series of many years a cut that was not made does not show, however it is written', () => {
  const old = series.replace('FREQ=DAILY;COUNT=5', 'FREQ=DAILY').replace(/(DTSTART;[^:]*:)\d{4}/u, '$12016');
  const cut = old.replace('FREQ=DAILY', 'FREQ=DAILY;UNTIL=20260620T073000Z');
  expect(old).toContain(':2016');
  expect(proof(old, cut, own(old))).toMatchObject({ isShown: false });
  expect(proof(old, cut, own(cut))).toMatchObject({ isShown: true, otherwise: [] });
});

test('what cannot be read, or is another event, shows nothing', () => {
  const planned = edited({ title: 'Neu' });
  for (const held of ['', '<html>Maintenance</html>', calendar(), planned.replaceAll('UID:s', 'UID:other')]) {
    expect(proof(series, planned, held)).toMatchObject({ isShown: false });
    expect(proof(undefined, planned, held)).toMatchObject({ isShown: false });
  }
});

test('a part that is kept otherwise is named, with whether it is as before', () => {
  const planned = edited({
    title: 'Neu',
    start: `${day(0)}T15:00`,
    attendees: ['bob@rig.test', 'carol@rig.test'],
  });
  const held = planned
    .replace(/ATTENDEE[^\r]*carol(?:[^\r]|\r\n )*\r\n/u, '')
    .replaceAll('T150000', 'T160000');
  const { isShown, otherwise } = proof(series, planned, held);
  expect(isShown).toBe(true);
  const named = otherwise.map(({ field, asBefore }) => [field, asBefore]);
  expect(named).toContainEqual(['attendees', true]);
  expect(named).toContainEqual(['start', false]);
  expect(named).not.toContainEqual(['title', expect.anything()]);
  expect(otherwise.find(({ field }) => field === 'attendees')?.missing).toEqual(['carol@rig.test']);
});

test('of a new event whatever is missing is named, and nothing is as before', () => {
  const held = single('s', 0, '11:30', 'SUMMARY:Alt', 'STATUS:CONFIRMED', 'TRANSP:OPAQUE');
  const named = proof(undefined, series, held).otherwise.map(({ field, asBefore }) => [field, asBefore]);
  const fields = ['attendees', 'end', 'recurrence', 'start'];
  expect(named.toSorted()).toEqual(fields.map((field) => [field, false]));
});

test('without the fields a change is made for nothing of it counts', () => {
  const planned = series.replace('SUMMARY:Alt', 'SUMMARY:Neu').replace(bob, 'ATTENDEE:mailto:carol@rig.test');
  const held = series.replace('SUMMARY:Alt', 'SUMMARY:Neu');
  expect(proof(series, planned, held).isShown).toBe(true);
  expect(proofOf({ before: series, planned, must: ['attendees'] }, held, eyes).isShown).toBe(false);
});

test('an occurrence that is to go is gone by EXDATE, as cancelled or as declined', () => {
  const planned = edits.cancel(series, second, context).ics ?? '';
  const single = (...more: string[]) =>
    series.replace(
      'END:VCALENDAR',
      [
        ...[
          'BEGIN:VEVENT',
          ...lines('s', `RECURRENCE-ID${local(1, '09:30')}`, `DTSTART${local(1, '09:30')}`),
        ],
        ...['DURATION:PT1H', ...more, 'END:VEVENT', 'END:VCALENDAR'],
      ].join('\r\n'),
    );
  const declined = 'ATTENDEE;PARTSTAT=DECLINED:mailto:alice@rig.test';
  for (const held of [single('STATUS:CANCELLED'), single(declined)]) {
    expect(proof(series, planned, held)).toMatchObject({ isShown: true, otherwise: [] });
  }
  expect(proof(series, planned, single('SUMMARY:Neu')).otherwise).toMatchObject([{ field: 'recurrence' }]);
});

/** What servers may do to a text without changing what it says. */
const rewritings: ((ics: string) => string)[] = [
  own,
  (ics) => ics.replaceAll('Europe/Berlin', '/example.com/Europe/Berlin'),
  (ics) => ics.replace(/SEQUENCE:\d+\r\n/gu, '').replaceAll('END:VEVENT', 'SEQUENCE:9\r\nEND:VEVENT'),
  (ics) => ics.replace(/(ATTENDEE;)/gu, '$1SCHEDULE-STATUS=1.1;').replaceAll('mailto:', 'MAILTO:'),
  (ics) => ics.replaceAll('END:VEVENT', 'STATUS:CONFIRMED\r\nCLASS:PUBLIC\r\nEND:VEVENT'),
  (ics) => ics.replace(/(SUMMARY|LOCATION):(..)/gu, '$1;LANGUAGE=de:$2\r\n '),
  (ics) => ics.replace('RRULE:FREQ=DAILY;COUNT=5', `RRULE:COUNT=5;INTERVAL=1;FREQ=DAILY`),
  (ics) => ics.replaceAll('\r\n', '\n'),
  (ics) =>
    calendar(
      ...[...ics.matchAll(/BEGIN:VEVENT\r?\n([\s\S]*?)END:VEVENT/gu)].map(([, body = '']) =>
        body
          .replace(/\r?\n[ \t]/gu, '')
          .split(/\r?\n/u)
          .filter(Boolean)
          .toReversed(),
      ),
    ),
];

const someFields = fc.record<EventFields>(
  {
    title: fc.constantFrom('Neu', 'A, B; C\\D', 'Zwölf'),
    start: fc.constantFrom(`${day(0)}T15:00`, `${day(1)}T08:15`),
    location: fc.constantFrom('Saal, 1', 'Hof'),
    busy: fc.boolean(),
    attendees: fc.constantFrom(['bob@rig.test', 'carol@rig.test'], ['carol@rig.test']),
  },
  { requiredKeys: ['title'] },
);

test('however a server writes what it was sent, it is shown; and however it writes the old text, nothing is', () => {
  const rewriting = fc
    .subarray(rewritings)
    .map((steps) => (ics: string) => steps.reduce((text, step) => step(text), ics));
  fc.assert(
    fc.property(someFields, fc.boolean(), rewriting, (fields, isPart, rewrite) => {
      const planned = edited(fields, isPart ? second : { scope: 'all' });
      expect(proof(series, planned, rewrite(planned))).toMatchObject({ isShown: true, otherwise: [] });
      expect(proof(series, planned, rewrite(own(series)))).toMatchObject({ isShown: false });
    }),
    { seed: 7, numRuns: 150 },
  );
});
