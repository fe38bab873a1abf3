import fc from 'fast-check';
import { calendar, shown } from './split-series-support.ts';

const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'];

const dates = (from: number, count: number) =>
  fc
    .nat(count - 1)
    .map((days) => new Date(from + days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', ''));

/** Often at night, when clocks change. */
const hours = fc.oneof(fc.nat(23), fc.integer({ min: 0, max: 3 }));

const times = fc
  .record({ hour: hours, minute: fc.constantFrom('00', '15', '30') })
  .map(({ hour, minute }) => `T${String(hour).padStart(2, '0')}${minute}00`);

const ends = fc.oneof(
  fc.constant(''),
  fc.integer({ min: 2, max: 15 }).map((count) => `;COUNT=${count}`),
);

const rules = fc
  .tuple(
    fc.constantFrom(
      'FREQ=DAILY',
      'FREQ=DAILY;INTERVAL=3',
      'FREQ=WEEKLY',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU;WKST=SU',
      'FREQ=WEEKLY;BYDAY=TU,TH',
      'FREQ=MONTHLY',
      'FREQ=MONTHLY;BYDAY=-1FR',
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1',
      'FREQ=MONTHLY;BYMONTHDAY=31,-3',
      'FREQ=YEARLY',
      'FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU',
    ),
    ends,
  )
  .map((parts) => parts.join(''));

interface Shape {
  kind: 'zoned' | 'utc' | 'floating' | 'day';
  zone: string;
  date: string;
  time: string;
  rule: string;
  /** With DTEND instead of DURATION. */
  ends: boolean;
  excluded: number[];
  moved: number[];
  extra: string[];
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constantFrom('zoned', 'zoned', 'utc', 'floating', 'day'),
  zone: fc.constantFrom(...zones),
  date: dates(Date.UTC(2026, 0, 1), 400),
  time: times,
  rule: rules,
  ends: fc.boolean(),
  excluded: fc.array(fc.nat(12), { maxLength: 3 }),
  moved: fc.array(fc.nat(12), { maxLength: 2 }),
  extra: fc.array(dates(Date.UTC(2027, 2, 10), 300), { maxLength: 2 }),
});

/** A line of a date or time in the form the series has. */
function dated(name: string, { kind, zone }: Shape, ...stamps: readonly string[]): string {
  if (kind === 'day') return `${name};VALUE=DATE:${stamps.map((stamp) => stamp.slice(0, 8)).join()}`;
  if (kind === 'zoned') return `${name};TZID=${zone}:${stamps.join()}`;
  return `${name}:${stamps.map((stamp) => (kind === 'utc' ? `${stamp}Z` : stamp)).join()}`;
}

/** Two days, or three quarters of an hour. */
function lengthLine(shape: Shape, from: string): string {
  if (!shape.ends) return shape.kind === 'day' ? 'DURATION:P2D' : 'DURATION:PT45M';
  const [, date = '', hour = '', minute = ''] = /^(\d{8})T(\d{2})(\d{2})/u.exec(from) ?? [];
  const day = date.replace(/(\d{4})(\d{2})(\d{2})/u, '$1-$2-$3');
  const add = shape.kind === 'day' ? 2 * 86_400_000 : 45 * 60_000;
  const end = new Date(Date.parse(`${day}T${hour}:${minute}:00Z`) + add).toISOString();
  return dated('DTEND', shape, end.slice(0, 19).replace(/[-:]/gu, ''));
}

/** Original starts as a file writes them, in UTC or as days. */
function originals(ics: string, indices: readonly number[]): string[] {
  const all = shown(ics);
  const chosen = [...new Set(indices)].flatMap((index) => all[index]?.original ?? []);
  return chosen.map((key) =>
    'date' in key
      ? `;VALUE=DATE:${key.date.replaceAll('-', '')}`
      : `:${new Date(key.instant).toISOString().slice(0, 19).replace(/[-:]/gu, '')}Z`,
  );
}

function written(shape: Shape): string {
  const plain = [
    dated('DTSTART', shape, `${shape.date}${shape.time}`),
    lengthLine(shape, `${shape.date}${shape.time}`),
    `RRULE:${shape.rule}`,
    'SUMMARY:Series',
    'X-KEPT;X-P="a:b":c',
  ];
  const extra = shape.extra.map((date) => dated('RDATE', shape, `${date}${shape.time}`));
  const bare = calendar([...plain, ...extra]);
  const excluded = originals(bare, shape.excluded).map((value) => `EXDATE${value}`);
  const overrides = originals(bare, shape.moved).map((value) => [
    `RECURRENCE-ID${value}`,
    dated('DTSTART', shape, `${shape.date}T050000`),
    lengthLine(shape, `${shape.date}T050000`),
    `SUMMARY:Changed ${value}`,
  ]);
  return calendar([...plain, ...extra, ...excluded], ...overrides);
}

/** Resources with one series of which something is left to be seen. */
export const anySeries: fc.Arbitrary<string> = shapes.map(written).filter((ics) => shown(ics).length > 1);
