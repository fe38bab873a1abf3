import type { SeedEvent, SeedWeek } from './calendar-entry.ts';
import type { Person } from './compose.ts';
import { people } from './people.ts';

function organizer({ name, email }: Person): string {
  return `ORGANIZER;CN=${name}:mailto:${email}`;
}

function attendee({ name, email }: Person, status: string, more = ''): string {
  return `ATTENDEE;CN=${name};PARTSTAT=${status}${more}:mailto:${email}`;
}

/** Everything that recurs: with an exception, an exclusion, an end, in another zone, on 29 February. */
export function seriesEvents(week: SeedWeek): SeedEvent[] {
  return [
    teamMeeting(week),
    {
      key: 'priya-sync',
      title: 'Sync mit Priya (Northwind)',
      day: -26,
      at: '11:00',
      minutes: 45,
      zone: 'America/New_York',
      location: 'https://meet.northwind.example/sync',
      lines: ['RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=WE'],
    },
    {
      key: 'englisch',
      title: 'Englischkurs',
      day: -48,
      at: '18:00',
      minutes: 90,
      location: 'Volkshochschule\\, Raum 12',
      lines: [`RRULE:FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=${week.date(38)}T215959Z`],
    },
    {
      key: 'monatsabschluss',
      title: 'Monatsabschluss',
      day: -122,
      at: '15:00',
      lines: ['RRULE:FREQ=MONTHLY;BYDAY=-1FR', 'CATEGORIES:Buchhaltung'],
    },
    {
      key: 'rudern',
      title: 'Rudern',
      day: -30,
      at: '08:00',
      minutes: 120,
      location: 'Ruderverein Grünau',
      lines: ['RRULE:FREQ=WEEKLY;BYDAY=SA;COUNT=20'],
    },
    {
      key: 'geburtstag-lars',
      title: 'Geburtstag Lars Sørensen',
      day: '19880229',
      lines: ['RRULE:FREQ=YEARLY', 'TRANSP:TRANSPARENT'],
    },
  ];
}

/** Mondays at 9:30; the one next week is moved to Tuesday, the one after it falls out. */
function teamMeeting(week: SeedWeek): SeedEvent {
  const zone = 'TZID=Europe/Berlin';
  return {
    key: 'teamrunde',
    title: 'Teamrunde',
    day: -140,
    at: '09:30',
    minutes: 45,
    location: 'Raum Nord',
    lines: [
      'RRULE:FREQ=WEEKLY;BYDAY=MO',
      `EXDATE;${zone}:${week.time(14, '9:30')}`,
      'DESCRIPTION:Was war\\, was kommt\\, was klemmt.',
    ],
    overrides: [
      {
        key: 'teamrunde',
        title: 'Teamrunde (verschoben)',
        day: 8,
        at: '11:00',
        minutes: 45,
        location: 'Raum Süd',
        lines: [`RECURRENCE-ID;${zone}:${week.time(7, '9:30')}`, 'SEQUENCE:1'],
      },
    ],
  };
}

/** With people, alarms, and properties only some programs know. */
export function meetingEvents(me: Person): SeedEvent[] {
  return [
    {
      key: 'angebot-holzwerk',
      title: 'Angebot Küche besprechen',
      day: 3,
      at: '14:00',
      minutes: 90,
      location: 'Holzwerk\\, Werkstatt',
      lines: [
        organizer(me),
        attendee(me, 'ACCEPTED', ';ROLE=CHAIR'),
        attendee(people.joerg, 'ACCEPTED', ';RSVP=TRUE'),
        attendee(people.tom, 'NEEDS-ACTION', ';ROLE=OPT-PARTICIPANT;RSVP=TRUE'),
        'X-MOZ-LASTACK:20260101T080000Z',
        'X-KUNDE;X-NUMMER=4711:Familie Sommer',
        ...['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT30M', 'DESCRIPTION:Angebot', 'END:VALARM'],
      ],
    },
    {
      key: 'retro',
      title: 'Rückblick Frühjahr',
      day: 4,
      at: '10:00',
      lines: [
        organizer(people.tom),
        attendee(people.tom, 'ACCEPTED'),
        attendee(people.zoe, 'TENTATIVE'),
        attendee(me, 'NEEDS-ACTION', ';RSVP=TRUE'),
      ],
    },
    {
      key: 'messe-abgesagt',
      title: 'Messebesuch',
      day: 4,
      at: '13:00',
      minutes: 240,
      lines: ['STATUS:CANCELLED', 'SEQUENCE:2'],
    },
    {
      key: 'therapie',
      title: 'Termin privat',
      day: 2,
      at: '17:00',
      lines: ['CLASS:PRIVATE'],
    },
  ];
}
