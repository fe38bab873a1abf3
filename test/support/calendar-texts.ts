/** Day 0 is the first Monday of June next year: ahead of every server's clock, and in summer time throughout. */
const monday = firstMonday(new Date().getUTCFullYear() + 1);

const berlin = [
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

function firstMonday(year: number): number {
  const first = Date.UTC(year, 5, 1);
  return first + ((8 - new Date(first).getUTCDay()) % 7) * 86_400_000;
}

/** `2027-06-07`. */
export function day(number: number): string {
  return new Date(monday + number * 86_400_000).toISOString().slice(0, 10);
}

/** As an answer of ours says it: `2027-06-07T09:30:00+02:00`. */
export function at(number: number, time: string): string {
  return `${day(number)}T${time}:00+02:00`;
}

/** As a calendar text says it: `20270607T093000`, or `20270607`. */
export function stamp(number: number, time?: string): string {
  const date = day(number).replaceAll('-', '');
  return time === undefined ? date : `${date}T${time.replace(':', '')}00`;
}

/** `;TZID=Europe/Berlin:20270607T093000`. */
export function local(number: number, time: string): string {
  return `;TZID=Europe/Berlin:${stamp(number, time)}`;
}

/** A resource another program might have stored: VEVENTs given as lines, and the zone they use. */
export function calendar(...events: readonly (readonly string[])[]): string {
  const bodies = events.flatMap((lines) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT']);
  const head = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Other//Program//EN'];
  return [...head, ...berlin, ...bodies, 'END:VCALENDAR', ''].join('\r\n');
}

/** Lines of a VEVENT with what every one has. */
export function lines(uid: string, ...more: readonly string[]): string[] {
  return [`UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...more];
}

/** An event of an hour. */
export function single(uid: string, number: number, time = '09:30', ...more: readonly string[]): string {
  return calendar(lines(uid, `DTSTART${local(number, time)}`, 'DURATION:PT1H', ...more));
}

/** Unfolded content lines. */
export function linesOf(ics: string): string[] {
  return ics
    .replace(/\r?\n[ \t]/gu, '')
    .split(/\r?\n/u)
    .filter((line) => line !== '');
}

/** What a change took out (`-`) and put in (`+`), sorted; the stamps every change renews are left out. */
export function difference(before: string, after: string): string[] {
  const isStamp = (line: string) => /^(?:DTSTAMP|LAST-MODIFIED)[;:]/u.test(line);
  const old = linesOf(before).filter((line) => !isStamp(line));
  const now = linesOf(after).filter((line) => !isStamp(line));
  const added = without(now, old).map((line) => `+${line}`);
  return [...without(old, now).map((line) => `-${line}`), ...added].sort();
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
