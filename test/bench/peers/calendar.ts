import type { NewEvent } from './peer.ts';

/** An event or occurrence that a server ought to show. */
export type KnownEvent =
  | { title: string; start: Date; end: Date }
  /** All day, on one day. */
  | { title: string; day: string };

export const calendarName = 'work';

const europeanZone = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Berlin',
  'BEGIN:STANDARD',
  'DTSTART:19701025T030000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:19700329T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
];
const japaneseZone = [
  'BEGIN:VTIMEZONE',
  'TZID:Asia/Tokyo',
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0900',
  'TZOFFSETTO:+0900',
  'END:STANDARD',
  'END:VTIMEZONE',
];

/** The week that is asked for: the clocks go forward on 29 March, a Sunday. */
export const week = { from: '2026-03-26T00:00:00+01:00', to: '2026-04-02T00:00:00+02:00' };

/** What the calendar holds, by resource. */
export const resources: readonly (readonly [string, string])[] = [
  [
    'standup.ics',
    resource(
      europeanZone,
      [
        'UID:standup',
        'SUMMARY:Standup',
        'DTSTART;TZID=Europe/Berlin:20260302T093000',
        'DTEND;TZID=Europe/Berlin:20260302T094500',
        'RRULE:FREQ=DAILY;COUNT=90',
        'EXDATE;TZID=Europe/Berlin:20260327T093000',
      ],
      [
        'UID:standup',
        'SUMMARY:Standup',
        'RECURRENCE-ID;TZID=Europe/Berlin:20260331T093000',
        'DTSTART;TZID=Europe/Berlin:20260331T140000',
        'DTEND;TZID=Europe/Berlin:20260331T141500',
      ],
    ),
  ],
  [
    'holiday.ics',
    resource(
      [],
      ['UID:holiday', 'SUMMARY:Urlaub', 'DTSTART;VALUE=DATE:20260330', 'DTEND;VALUE=DATE:20260331'],
    ),
  ],
  [
    'dentist.ics',
    resource(europeanZone, [
      'UID:dentist',
      'SUMMARY:Zahnärztin Dr. Öztürk',
      'DTSTART;TZID=Europe/Berlin:20260326T150000',
      'DTEND;TZID=Europe/Berlin:20260326T160000',
    ]),
  ],
  [
    'tokyo.ics',
    resource(japaneseZone, [
      'UID:tokyo',
      'SUMMARY:Tokio',
      'DTSTART;TZID=Asia/Tokyo:20260401T170000',
      'DTEND;TZID=Asia/Tokyo:20260401T180000',
    ]),
  ],
  [
    'earlier.ics',
    resource([], ['UID:earlier', 'SUMMARY:Vorige Woche', 'DTSTART:20260319T120000Z', 'DURATION:PT1H']),
  ],
];

/** What is right to show of that week. */
export const weekEvents: readonly KnownEvent[] = [
  standup('2026-03-26T09:30:00+01:00'),
  known('Zahnärztin Dr. Öztürk', '2026-03-26T15:00:00+01:00', 60),
  standup('2026-03-28T09:30:00+01:00'),
  standup('2026-03-29T09:30:00+02:00'),
  { title: 'Urlaub', day: '2026-03-30' },
  standup('2026-03-30T09:30:00+02:00'),
  standup('2026-03-31T14:00:00+02:00'),
  standup('2026-04-01T09:30:00+02:00'),
  known('Tokio', '2026-04-01T17:00:00+09:00', 60),
];

/** An event to make, and the occurrences that are then right, the first three. */
export interface Making {
  kind: string;
  event: NewEvent;
  occurrences: readonly KnownEvent[];
}

export const makings: readonly Making[] = [
  {
    kind: 'an event',
    event: {
      title: 'Größenprüfung',
      start: '2026-05-05T10:00:00+02:00',
      end: '2026-05-05T11:00:00+02:00',
    },
    occurrences: [known('Größenprüfung', '2026-05-05T10:00:00+02:00', 60)],
  },
  {
    kind: 'a weekly series over the end of summer time',
    event: { title: 'Chor', start: '2026-10-19T19:00:00+02:00', end: '2026-10-19T20:30:00+02:00', weeks: 3 },
    occurrences: [
      known('Chor', '2026-10-19T19:00:00+02:00', 90),
      known('Chor', '2026-10-26T19:00:00+01:00', 90),
      known('Chor', '2026-11-02T19:00:00+01:00', 90),
    ],
  },
];

function standup(start: string): KnownEvent {
  return known('Standup', start, 15);
}

function known(title: string, start: string, minutes: number): KnownEvent {
  return { title, start: new Date(start), end: new Date(Date.parse(start) + minutes * 60_000) };
}

function resource(zone: readonly string[], ...events: readonly (readonly string[])[]): string {
  const bodies = events.flatMap((lines) => [
    'BEGIN:VEVENT',
    'DTSTAMP:20260101T000000Z',
    ...lines,
    'END:VEVENT',
  ]);
  const head = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Other//Program//EN'];
  return [...head, ...zone, ...bodies, 'END:VCALENDAR', ''].join('\r\n');
}
