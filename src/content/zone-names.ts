import { windowsZones } from './windows-zones.ts';

const byLowerName = new Map(
  Object.entries(windowsZones).map(([name, zone]) => [name.toLowerCase(), zone] as const),
);

/** What German Outlook writes instead of the Windows name, seen in invitations without a definition. */
const germanNames = new Map([
  ['mitteleuropäische zeit', 'Europe/Berlin'],
  ['westeuropäische zeit', 'Europe/London'],
  ['osteuropäische zeit', 'Europe/Bucharest'],
]);

/**
 * The only names of three letters that IANA has (its files `etcetera`, `europe`, `northamerica` and `backward`). The
 * runtime's data (ICU) knows others from old Java, and guesses: IST is India, Israel and Ireland, CST Chicago and China.
 */
const ianaAbbreviations = new Set('CET EET EST GMT HST MET MST PRC ROC ROK UCT UTC WET'.split(' '));

/** Whether the runtime knows `zone` as an IANA time zone, in any case of letters. */
export function isIanaZone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,60}$/u.test(zone)) return false;
  if (zone.length === 3 && !ianaAbbreviations.has(zone.toUpperCase())) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * The IANA zone a TZID means by its name: itself, a Windows name, `/vendor/Europe/Berlin` (RFC 5545 §3.8.3.1),
 * `UTC+2`, `(UTC+01:00) Amsterdam, Berlin …`, `(GMT+01.00) Amsterdam / Berlin …`. Undefined when the name says nothing: never a guess.
 */
export function ianaZone(tzid: string): string | undefined {
  const name = tzid
    .trim()
    .replace(/^["']|["']$/gu, '')
    .slice(0, 200);
  if (isIanaZone(name)) return name;
  const lower = name.toLowerCase();
  return (
    byLowerName.get(lower) ?? germanNames.get(lower) ?? fixedOffset(name) ?? embedded(name) ?? byCity(name)
  );
}

/** Whole hours only; `Etc/GMT-2` is two hours east (the sign is POSIX's). */
function fixedOffset(name: string): string | undefined {
  const [, sign, hours] = /^(?:UTC|GMT)\s*([+-])0?(\d{1,2})(?::?00)?$/iu.exec(name) ?? [];
  if (!sign || !hours) return undefined;
  const zone = Number(hours) === 0 ? 'Etc/UTC' : `Etc/GMT${sign === '+' ? '-' : '+'}${Number(hours)}`;
  return isIanaZone(zone) ? zone : undefined;
}

function embedded(name: string): string | undefined {
  const segments = name.split('/');
  for (let from = 1; from < segments.length - 1; from += 1) {
    const candidate = segments.slice(from).join('/');
    if (isIanaZone(candidate)) return candidate;
  }
  return undefined;
}

/** Display names of Windows list cities, and most of those are zones of their own. */
function byCity(name: string): string | undefined {
  const [, cities] = /^\((?:UTC|GMT)[^)]*\)\s*(.+)$/iu.exec(name) ?? [];
  if (!cities) return undefined;
  const zones = Intl.supportedValuesOf('timeZone');
  for (const city of cities.split(/[,/]/u)) {
    const ending = `/${city.trim().replace(/\s+/gu, '_')}`;
    const zone = zones.find((candidate) => candidate.endsWith(ending));
    if (zone) return zone;
  }
  return undefined;
}
