import { ianaZone } from '../../content/zone-names.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { TimeWindow } from '../event.ts';
import type { Component } from '../ics/document.ts';
import { ianaClock } from '../time/iana.ts';
import { dayMs } from '../time/wall.ts';
import { property } from './lines.ts';
import { component } from './tree.ts';
import { cycleYears, type Laws, lawsOf } from './yearly-law.ts';
import { type ZoneChange, zoneChanges } from './zone-changes.ts';

/** Offsets that hold from some onsets on: a STANDARD or DAYLIGHT. */
interface Observance {
  onsets: ZoneChange[];
  rule?: string;
}

/**
 * A VTIMEZONE (RFC 5545 §3.6.5) from the runtime's own zone data: yearly rules from the year on in which the zone keeps to
 * them, single dates before and where it never does (Casablanca's Ramadan: up to 30 years on, no file can say more).
 * @param tzid as the lines name it: IANA, or a name that means an IANA zone
 * @param span what the times of the event cover, instants in ms; what no time of it needs is left out
 */
export function vtimezone(tzid: string, span: TimeWindow): Component {
  const zone = ianaZone(tzid);
  if (zone === undefined) throw new MailboxError('internal', 'A time zone to be written is not known.');
  const observances = observancesOf(zone, span);
  const changes = observances.flatMap(({ onsets }) => onsets).sort((one, other) => one.at - other.at);
  return component('VTIMEZONE', [
    property('TZID', tzid),
    ...observances.map((observance) => observanceComponent(observance, changes)),
  ]);
}

function observancesOf(zone: string, { from, to }: TimeWindow): Observance[] {
  const year = new Date(from).getUTCFullYear() - 1;
  const { yearly, single } = lawsFrom(zone, year);
  const all = [...single, ...yearly.flatMap(({ changes }) => changes)];
  // The change before the event is the one whose offset it starts with.
  const current = all.reduce<number | undefined>(
    (latest, { at }) => (at <= from - dayMs ? Math.max(latest ?? at, at) : latest),
    undefined,
  );
  const needed = ({ at }: ZoneChange) => at >= (current ?? from);
  const dates = single.filter((change) => needed(change) && change.at <= to + dayMs);
  const rules = yearly.map(({ rule, changes }) => ({ rule, onsets: changes.filter(needed).slice(0, 1) }));
  const start = current === undefined ? [{ onsets: [beginning(zone, year)] }] : [];
  return [...start, ...alike(dates), ...rules.filter(({ onsets }) => onsets.length > 0)];
}

const laws = new Map<string, Laws>();
const maxLaws = 100;

function lawsFrom(zone: string, year: number): Laws {
  const key = `${zone} ${year}`;
  const lastYear = Math.max(year, 2037) + cycleYears;
  const known =
    laws.get(key) ?? lawsOf(zoneChanges(zone, Date.UTC(year, 0, 1), Date.UTC(lastYear + 1, 0, 1)), lastYear);
  if (laws.size >= maxLaws) laws.clear();
  laws.set(key, known);
  return known;
}

/** A zone whose clocks have long stood still. */
function beginning(zone: string, year: number): ZoneChange {
  const at = Date.UTC(year, 0, 1);
  const offset = ianaClock(zone).toWall(at) - at;
  return { at, from: offset, to: offset, wall: at + offset };
}

/** Changes between the same offsets share an observance. */
function alike(changes: readonly ZoneChange[]): Observance[] {
  const groups = new Map<string, ZoneChange[]>();
  for (const change of changes) {
    const key = `${change.from} ${change.to}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()].map((onsets) => ({ onsets }));
}

function observanceComponent({ onsets, rule }: Observance, changes: readonly ZoneChange[]): Component {
  const [first, ...further] = onsets;
  if (!first) throw new MailboxError('internal', 'An observance of a time zone has no onset.');
  const dates = further.length > 0 ? [property('RDATE', further.map(onsetText).join())] : [];
  return component(isDaylight(first, changes) ? 'DAYLIGHT' : 'STANDARD', [
    property('DTSTART', onsetText(first)),
    property('TZOFFSETFROM', offsetText(first.from)),
    property('TZOFFSETTO', offsetText(first.to)),
    ...(rule === undefined ? [] : [property('RRULE', rule)]),
    ...dates,
  ]);
}

/** Clocks put forward that go back within the year; the word changes no time (RFC 5545 §3.6.5). */
function isDaylight(change: ZoneChange, changes: readonly ZoneChange[]): boolean {
  const next = changes.find(({ at }) => at > change.at);
  const returns = next === undefined || next.to < change.to;
  return change.to > change.from && returns;
}

function onsetText({ wall }: ZoneChange): string {
  return new Date(wall).toISOString().slice(0, 19).replace(/[-:]/gu, '');
}

/** `+0100`. */
function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}${pad(minutes % 60)}`;
}
