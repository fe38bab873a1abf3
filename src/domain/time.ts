/** An instant as ISO 8601 with offset in `zone`, to the second: `2026-03-28T10:00:00+01:00`. */
export function formatInstant(instant: Date, zone: string): string {
  const minutes = offsetMinutes(instant, zone);
  const local = new Date(instant.getTime() + minutes * 60_000).toISOString().slice(0, 19);
  const sign = minutes < 0 ? '-' : '+';
  const absolute = Math.abs(minutes);
  return `${local}${sign}${pad(Math.floor(absolute / 60))}:${pad(absolute % 60)}`;
}

/** Minutes east of UTC that `zone` has at `instant`; IANA zone names. */
export function offsetMinutes(instant: Date, zone: string): number {
  const whole = Math.floor(instant.getTime() / 1000) * 1000;
  const parts = Object.fromEntries(
    formatter(zone)
      .formatToParts(whole)
      .map((part) => [part.type, part.value]),
  );
  const asUtc = Date.UTC(
    Number(parts.year),
    Number(parts.month) - 1,
    Number(parts.day),
    Number(parts.hour),
    Number(parts.minute),
    Number(parts.second),
  );
  return Math.round((asUtc - whole) / 60_000);
}

/**
 * The instant a wall clock in `zone` shows `local` (`YYYY-MM-DD[THH:MM[:SS]]`). In a DST gap the offset
 * before the gap holds, in a fold the first of the two (RFC 5545 §3.3.5). Invalid text gives an invalid Date.
 */
export function zonedInstant(local: string, zone: string): Date {
  const utc = Date.parse(local.length === 10 ? `${local}T00:00:00Z` : `${local}Z`);
  if (Number.isNaN(utc)) return new Date(Number.NaN);
  const day = 86_400_000;
  const before = offsetMinutes(new Date(utc - day), zone);
  const after = offsetMinutes(new Date(utc + day), zone);
  const first = utc - before * 60_000;
  if (before === after || offsetMinutes(new Date(first), zone) === before) return new Date(first);
  const second = utc - after * 60_000;
  return offsetMinutes(new Date(second), zone) === after ? new Date(second) : new Date(first);
}

/**
 * An argument that is a date, a local date-time or an instant with offset, as an instant.
 * Without an offset it is read in `zone`. Invalid text, also 31 February, gives undefined.
 */
export function parseInstant(text: string, zone: string): Date | undefined {
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/iu.exec(
      text.trim(),
    );
  const [, date, time = '00:00', offset] = match ?? [];
  if (!date || !isCalendarDate(date)) return undefined;
  const instant = offset
    ? new Date(`${date}T${time}${normalOffset(offset)}`)
    : zonedInstant(`${date}T${time}`, zone);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

function isCalendarDate(date: string): boolean {
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}

function normalOffset(offset: string): string {
  const [, hours, minutes = '00'] = /^([+-]\d{2}):?(\d{2})?$/u.exec(offset) ?? [];
  return hours === undefined ? 'Z' : `${hours}:${minutes}`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  let known = formatters.get(zone);
  if (!known) {
    known = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, known);
  }
  return known;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
