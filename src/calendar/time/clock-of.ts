import { cleanLine } from '../../content/clean.ts';
import { ianaZone } from '../../content/zone-names.ts';
import { offsetMinutes } from '../../domain/time.ts';
import { type Component, componentsOf, type Item, writeDocument } from '../ics/document.ts';
import { text } from '../reading/property.ts';
import { type Clock, clockFrom, utcClock } from './clock.ts';
import { ianaClock } from './iana.ts';
import { readDefinition, type ZoneDefinition } from './vtimezone.ts';

/** A document, or a VCALENDAR of it. */
export interface ZoneSource {
  readonly items: readonly Item[];
}

export interface NamedClock {
  clock: Clock;
  /** IANA name where known, else the TZID; absent for floating times. */
  zone?: string;
  /** A TZID that neither the file nor IANA nor Windows explains: the clock is the user's. */
  unknown?: string;
}

/**
 * The clock a TZID means: the VTIMEZONE of the file first (RFC 5545 §3.2.19), then the IANA, Windows or other name.
 * No TZID is floating time, in the user's zone.
 *
 * One exception: a definition under the name of an IANA zone that has no other offsets than that zone has had. Such
 * ones are cut down (one fixed offset, as Outlook and Google write), begin this year (Apple's) or repeat a law since
 * repealed (Mexico, Brazil, New York before 2007), and say nothing of other years; Thunderbird, iOS and webmail look
 * at the name. So do we. A definition with an offset foreign to the zone means itself.
 */
export function clockOf(tzid: string | undefined, source: ZoneSource, userZone: string): NamedClock {
  const name = tzid?.trim().replace(/^"|"$/gu, '') ?? '';
  if (name === '') return { clock: { ...ianaClock(userZone), tzid: undefined } };
  if (/^(?:Z|UTC|Etc\/UTC|GMT)$/iu.test(name)) return { clock: { ...utcClock, tzid: name }, zone: 'UTC' };
  const iana = remember(names, name, () => ianaZone(name));
  const defined = definitionOf(name, source);
  const shown = cleanLine(name, 100);
  if (defined && !(iana && isNameOf(name, iana) && describes(defined.definition, iana))) {
    return { clock: defined.clock, zone: iana ?? shown };
  }
  if (iana) return { clock: { ...ianaClock(iana), tzid: name }, zone: iana };
  return { clock: { ...ianaClock(userZone), tzid: name }, unknown: shown };
}

/** `Europe/Berlin` and `/citadel.org/20190914_1/Europe/Berlin`, but not a Windows name, which only maps to it. */
function isNameOf(tzid: string, iana: string): boolean {
  return tzid.toLowerCase() === iana.toLowerCase() || tzid.endsWith(`/${iana}`);
}

function describes({ offsets }: ZoneDefinition, iana: string): boolean {
  const known = offsetsOf(iana);
  return [...offsets].every((offset) => known.has(offset));
}

const offsetsByZone = new Map<string, { value: ReadonlySet<number> }>();

/** The offsets a zone has had, or will have, between 1970 and 2040, in ms. No DST is shorter than a quarter. */
function offsetsOf(iana: string): ReadonlySet<number> {
  return remember(offsetsByZone, iana, () => {
    const instants = Array.from({ length: 70 * 12 }, (_, month) => new Date(Date.UTC(1970, month, 15)));
    return new Set(instants.map((instant) => offsetMinutes(instant, iana) * 60_000));
  });
}

interface Defined {
  definition: ZoneDefinition;
  clock: Clock;
}

const definitions = new Map<string, { value: Defined | undefined }>();

/** Every resource of a calendar repeats the same few definitions: the text is the key. */
function definitionOf(tzid: string, source: ZoneSource): Defined | undefined {
  const timezone = timezonesOf(source).get(tzid);
  if (!timezone) return undefined;
  return remember(definitions, writeDocument({ items: [timezone] }), () => {
    const definition = readDefinition(timezone);
    return definition && { definition, clock: clockFrom(tzid, definition.transitions) };
  });
}

const timezonesBySource = new WeakMap<ZoneSource, ReadonlyMap<string, Component>>();

/** By TZID, the first of each; looked for once in a file, which may hold thousands of events with a zone each. */
function timezonesOf(source: ZoneSource): ReadonlyMap<string, Component> {
  const known = timezonesBySource.get(source);
  if (known) return known;
  const parents = [source, ...componentsOf(source, 'VCALENDAR')];
  const timezones = parents.flatMap((parent) => componentsOf(parent, 'VTIMEZONE'));
  const found = new Map(timezones.reverse().map((each) => [text(each, 'TZID').trim(), each]));
  timezonesBySource.set(source, found);
  return found;
}

const names = new Map<string, { value: string | undefined }>();
const maxRemembered = 200;

function remember<Value>(known: Map<string, { value: Value }>, key: string, find: () => Value): Value {
  const found = known.get(key) ?? { value: find() };
  if (known.size >= maxRemembered) known.clear();
  known.set(key, found);
  return found.value;
}
