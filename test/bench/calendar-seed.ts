import type { Random } from './random.ts';
import { domains, firstNames, lastNames, topics, words } from './vocabulary.ts';

/** The year in whose middle the months lie that are looked at. */
export const seedYear = new Date().getUTCFullYear();
/** In one event of fifty. */
export const plantedWord = 'Wasserwaage';

const dayMs = 86_400_000;
const years = 8;
/** Of 10,000: weekly series, with exceptions in every third, and events of whole days. */
const seriesShare = 1 / 20;
const allDayShare = 1 / 200;
const firstDay = Date.UTC(seedYear - 5, 0, 1);

/** Offsets in winter and summer, and when each begins. */
const european = {
  winter: ['19701025T030000', 'BYMONTH=10;BYDAY=-1SU'],
  summer: ['19700329T020000', 'BYMONTH=3;BYDAY=-1SU'],
} as const;
const zones = {
  'Europe/Berlin': { ...european, offsets: ['+0100', '+0200'] },
  'Europe/London': { ...european, offsets: ['+0000', '+0100'] },
  'America/New_York': {
    winter: ['19701101T020000', 'BYMONTH=11;BYDAY=1SU'],
    summer: ['19700308T020000', 'BYMONTH=3;BYDAY=2SU'],
    offsets: ['-0500', '-0400'],
  },
} as const;

type Zone = keyof typeof zones;

interface Facts {
  uid: string;
  /** Of the first day, as UTC. */
  day: number;
  /** `T093000`, and how long. */
  time: string;
  duration: string;
  zone: Zone;
}

/** Resources by name: the life of a busy office, 400 to 1,000 bytes each and more with a VTIMEZONE. */
export function* seededEvents(events: number, random: Random): Generator<readonly [string, string]> {
  const series = Math.round(events * seriesShare);
  const allDay = Math.max(1, Math.round(events * allDayShare));
  for (let index = 0; index < events; index++) {
    const facts = factsOf(index, random);
    const lines =
      index < series
        ? weekly(facts, index, random)
        : index < series + allDay
          ? wholeDays(facts, random)
          : single(facts, random);
    yield [`${facts.uid}.ics`, calendar(lines, facts.zone)];
  }
}

function factsOf(index: number, random: Random): Facts {
  const hour = String(7 + random.below(12)).padStart(2, '0');
  const rare = random.chance(0.5) ? 'Europe/London' : 'America/New_York';
  return {
    uid: `bench-${index}-${random.below(1e9).toString(36)}@rig.test`,
    day: firstDay + random.below(years * 365) * dayMs,
    time: `T${hour}${random.pick(['00', '15', '30', '45'])}00`,
    duration: random.pick(['PT30M', 'PT45M', 'PT1H', 'PT1H30M', 'PT2H']),
    zone: random.chance(0.9) ? 'Europe/Berlin' : rare,
  };
}

function single(facts: Facts, random: Random): string[] {
  return event([...start(facts, facts.day), ...body(facts, random)]);
}

function wholeDays(facts: Facts, random: Random): string[] {
  const end = facts.day + (1 + random.below(5)) * dayMs;
  return event([
    `DTSTART;VALUE=DATE:${date(facts.day)}`,
    `DTEND;VALUE=DATE:${date(end)}`,
    'TRANSP:TRANSPARENT',
    ...body(facts, random),
  ]);
}

/** Half a year on average; one in ten without end. Every third has days left out and one that is moved. */
function weekly(facts: Facts, index: number, random: Random): string[] {
  const count = 10 + random.below(45);
  const bound = index % 10 === 0 ? '' : `;COUNT=${count}`;
  const rule = `RRULE:FREQ=WEEKLY${bound}`;
  const common = body(facts, random);
  if (index % 3 !== 0) return event([...start(facts, facts.day), rule, ...common]);
  const [without, moved] = [facts.day + 3 * 7 * dayMs, facts.day + 5 * 7 * dayMs];
  const at = (day: number) => `;TZID=${facts.zone}:${date(day)}${facts.time}`;
  return [
    ...event([...start(facts, facts.day), rule, `EXDATE${at(without)}`, ...common]),
    ...event([...start(facts, moved + dayMs), `RECURRENCE-ID${at(moved)}`, ...common, 'SEQUENCE:1']),
  ];
}

function start({ time, duration, zone }: Facts, day: number): string[] {
  return [`DTSTART;TZID=${zone}:${date(day)}${time}`, `DURATION:${duration}`];
}

function body({ uid }: Facts, random: Random): string[] {
  const text = (count: number) => Array.from({ length: count }, () => random.pick(words)).join(' ');
  const planted = random.chance(0.02) ? ` ${plantedWord}` : '';
  const optional = (share: number, lines: () => string[]) => (random.chance(share) ? lines() : []);
  return [
    `UID:${uid}`,
    'DTSTAMP:20260101T120000Z',
    'CREATED:20260101T120000Z',
    'LAST-MODIFIED:20260102T120000Z',
    `SUMMARY:${random.pick(topics)} ${1000 + random.below(9000)}${planted}`,
    ...optional(0.4, () => [`LOCATION:Raum ${random.below(40)}\\, ${text(2)}`]),
    ...optional(0.5, () => [`DESCRIPTION:${text(10 + random.below(50))}`]),
    ...optional(0.15, () => people(random)),
    ...optional(0.4, () => [
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      'TRIGGER:-PT15M',
      'DESCRIPTION:Erinnerung',
      'END:VALARM',
    ]),
  ];
}

function people(random: Random): string[] {
  const address = () => `${random.pick(firstNames)}.${random.pick(lastNames)}@${random.pick(domains)}`;
  const attendees = Array.from({ length: 2 + random.below(4) }, () => {
    const name = `${random.pick(firstNames)} ${random.pick(lastNames)}`;
    return `ATTENDEE;CN="${name}";PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT:mailto:${address()}`;
  });
  return [`ORGANIZER;CN="${random.pick(lastNames)}":mailto:${address()}`, ...attendees];
}

function event(lines: readonly string[]): string[] {
  return ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
}

function calendar(lines: readonly string[], zone: Zone): string {
  const head = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//bench//EN', 'CALSCALE:GREGORIAN'];
  const needed = lines.some((line) => line.includes(`TZID=${zone}:`)) ? timezone(zone) : [];
  return [...head, ...needed, ...lines, 'END:VCALENDAR', ''].map(folded).join('\r\n');
}

function timezone(zone: Zone): string[] {
  const { winter, summer, offsets } = zones[zone];
  const change = ([start, law]: readonly [string, string], from: string, to: string) => [
    ...[`DTSTART:${start}`, `RRULE:FREQ=YEARLY;${law}`, `TZOFFSETFROM:${from}`, `TZOFFSETTO:${to}`],
  ];
  return [
    ...['BEGIN:VTIMEZONE', `TZID:${zone}`],
    ...['BEGIN:STANDARD', ...change(winter, offsets[1], offsets[0]), 'END:STANDARD'],
    ...['BEGIN:DAYLIGHT', ...change(summer, offsets[0], offsets[1]), 'END:DAYLIGHT', 'END:VTIMEZONE'],
  ];
}

/** RFC 5545 §3.1; a letter counts as two octets at most here. */
function folded(line: string): string {
  return line.replace(/.{60}(?=.)/gu, '$&\r\n ');
}

function date(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');
}
