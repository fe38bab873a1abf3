import type { CalendarCollection, Calendars } from '../caldav/calendars.ts';
import { type Clock, type SeedEvent, SeedWeek, uid } from './calendar-entry.ts';
import { meetingEvents, seriesEvents } from './calendar-series.ts';

type Appointment = readonly [key: string, title: string, day: number, at: Clock, minutes: number];

const appointments: readonly Appointment[] = [
  ['kuechenplanung', 'Küchenplanung vor Ort', -11, '10:00', 120],
  ['steuer', 'Steuerberaterin', -6, '16:00', 60],
  ['friseur', 'Friseur', -5, '17:30', 45],
  ['kennenlernen', 'Kennenlernen neue Kollegin', 0, '11:00', 30],
  ['zahnarzt', 'Zahnarzt Dr. Öztürk', 1, '08:15', 45],
  ['mittag-zoe', 'Mittagessen mit Zoë', 1, '12:30', 60],
  ['angebote', 'Angebote durchsehen', 2, '09:00', 120],
  ['telefonat-hv', 'Telefonat Hausverwaltung', 2, '10:30', 30],
  ['interview', 'Bewerbungsgespräch', 3, '10:00', 60],
  ['feierabend', 'Feierabendbier', 4, '18:00', 180],
  ['umzug', 'Umzugshilfe bei Tom', 5, '13:00', 300],
  ['planung', 'Jahresplanung', 7, '13:00', 180],
  ['werkstatt', 'Rad in die Werkstatt', 8, '17:00', 30],
  ['vortrag', 'Vortrag Stadtbibliothek', 10, '19:30', 90],
  ['impfung', 'Impfung', 15, '08:30', 15],
  ['elternabend', 'Elternabend', 22, '19:00', 90],
  ['abnahme', 'Abnahme Küche', 29, '09:00', 120],
];

const others: readonly SeedEvent[] = [
  { key: 'reise', title: 'Reise nach Kopenhagen', day: 16, days: 3, location: 'Kopenhagen' },
  { key: 'bruecke', title: 'Brückentag', day: 11, lines: ['TRANSP:TRANSPARENT'] },
  { key: 'nachtzug', title: 'Nachtzug nach Wien', day: 11, at: '22:10', minutes: 610 },
  { key: 'wartung', title: 'Wartung Server', day: 6, at: '02:00', minutes: 90, zone: 'UTC' },
  { key: 'laufen', title: 'Laufen', day: 6, at: '09:00', minutes: 50, zone: 'floating' },
  { key: 'abholen', title: 'Paket abholen', day: 3, at: '18:00', minutes: 0 },
];

const family: readonly SeedEvent[] = [
  { key: 'kaethe-besuch', title: 'Käthe zu Besuch', day: 12, days: 2 },
  { key: 'schwimmen', title: 'Schwimmkurs', day: -19, at: '16:30', lines: ['RRULE:FREQ=WEEKLY;BYDAY=WE'] },
  { key: 'ferien', title: 'Schulferien', day: 35, days: 14, lines: ['TRANSP:TRANSPARENT'] },
  { key: 'zoo', title: 'Zoo mit den Kindern', day: 13, at: '10:00', minutes: 240 },
];

const birthdays = [
  ['Zoë Brandt', '19860412'],
  ['Jörg Müller', '19711103'],
  ['Käthe Weiß', '19520719'],
] as const;

/** Fills a user's calendars with some forty events of the weeks around `now`, the same for the same `now`. */
export function seedDemoCalendars(calendars: Calendars, email: string, now: Date): void {
  const user = calendars.user(email);
  const week = new SeedWeek(now);
  const events = [
    ...appointments.map(([key, title, day, at, minutes]) => ({ key, title, day, at, minutes })),
    ...others,
    ...seriesEvents(week),
    ...meetingEvents({ name: 'Alice Sommer', email }),
  ];
  fill(user.collection('Kalender'), week, events);
  fill(user.add({ name: 'Familie', color: '#ffe2e2' }), week, family);
  for (const [name, born] of birthdays) {
    const key = `geburtstag-${born}`;
    const lines = ['RRULE:FREQ=YEARLY', 'TRANSP:TRANSPARENT'];
    const event: SeedEvent = { key, title: name, day: born, lines };
    user.collection('Geburtstage').put(`${uid(key)}.ics`, week.file(event));
  }
  const tasks = user.collection('Aufgaben');
  tasks.put(`${uid('reifen')}.ics`, week.task('reifen', 'Winterreifen wechseln', 9));
  tasks.put(`${uid('pass')}.ics`, week.task('pass', 'Reisepass verlängern', 40, ['PRIORITY:1']));
  tasks.put(`${uid('buch')}.ics`, week.task('buch', 'Buch zurückgeben', undefined));
}

function fill(collection: CalendarCollection, week: SeedWeek, events: readonly SeedEvent[]): void {
  for (const event of events) collection.put(`${uid(event.key)}.ics`, week.file(event));
}
