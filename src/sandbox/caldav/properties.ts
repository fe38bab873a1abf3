import type { CalendarCollection, CalendarResource } from './calendars.ts';
import type { DavContext, DavRequest } from './exchange.ts';
import { lineOf, objectsOf } from './ics.ts';
import type { Target } from './paths.ts';
import { currentToken } from './sync-token.ts';
import { cdata, element, escapeXml } from './xml.ts';

/** What can have properties. */
export type Described = Exclude<Target, { kind: 'no-resource' | 'no-collection' | 'nothing' }>;

/** The value of a property as XML; undefined when the thing has none such. */
export type PropertyReader = (
  context: DavContext,
  target: Described,
  request: DavRequest,
) => string | undefined;

/** Answers to PROPFIND; `allprop` means these as well. */
export const liveProperties: Readonly<Record<string, PropertyReader>> = {
  'D:resourcetype': (_context, target) =>
    resourceTypes(target)
      .map((name) => element(name))
      .join(''),
  'D:displayname': (_context, target) => displayName(target),
  'D:current-user-principal': ({ hrefs }, _target, { viewer }) => href(hrefs.principal(viewer)),
  'D:principal-URL': ({ hrefs }, target) => onPrincipal(target, (owner) => href(hrefs.principal(owner))),
  'D:owner': ({ hrefs }, target) => ('owner' in target ? href(hrefs.principal(target.owner)) : undefined),
  'D:current-user-privilege-set': (_context, target) => privileges(target),
  'D:supported-report-set': (_context, target) => reports(target),
  'D:getetag': ({ dialect }, target) => {
    if (target.kind !== 'resource') return undefined;
    return escapeXml(dialect.quotesEtags ? etagOf(target.resource) : etagOf(target.resource).slice(1, -1));
  },
  'D:getcontenttype': (_context, target) =>
    target.kind === 'resource' ? 'text/calendar; charset=utf-8' : undefined,
  'D:getlastmodified': (_context, target) =>
    target.kind === 'resource' ? target.resource.modified.toUTCString() : undefined,
  'D:getcontentlength': (_context, target) =>
    target.kind === 'resource' ? String(Buffer.byteLength(target.resource.body)) : undefined,
  'D:sync-token': (context, target) => onCollection(target, (c) => escapeXml(currentToken(context, c))),
  'CS:getctag': (context, target) => onCollection(target, (c) => escapeXml(currentToken(context, c))),
  'C:calendar-home-set': ({ hrefs }, target) => onPrincipal(target, (owner) => href(hrefs.home(owner))),
  'C:calendar-user-address-set': (_context, target) =>
    onPrincipal(target, ({ addresses }) => addresses.map((address) => href(`mailto:${address}`)).join('')),
  'C:schedule-inbox-URL': ({ hrefs, schedules }, target) =>
    schedules ? onPrincipal(target, (owner) => href(hrefs.inbox(owner))) : undefined,
  'C:schedule-outbox-URL': ({ hrefs, schedules }, target) =>
    schedules ? onPrincipal(target, (owner) => href(hrefs.outbox(owner))) : undefined,
  'C:schedule-default-calendar-URL': ({ hrefs }, target) => {
    const calendar = target.kind === 'inbox' ? target.owner.defaultCalendar : undefined;
    return calendar && href(hrefs.collection(calendar));
  },
  'C:schedule-calendar-transp': (_context, target) =>
    onCollection(target, ({ options }) => element(options.transparent ? 'C:transparent' : 'C:opaque')),
  'C:schedule-tag': (_context, target) =>
    target.kind === 'resource' ? scheduleTagOf(target.resource) : undefined,
  'C:supported-calendar-component-set': (_context, target) =>
    onCollection(target, ({ components }) => components.map((name) => `<C:comp name="${name}"/>`).join('')),
  'C:supported-calendar-data': (_context, target) =>
    onCollection(target, () => '<C:calendar-data content-type="text/calendar" version="2.0"/>'),
  'C:max-resource-size': ({ maxResourceSize }, target) => onCollection(target, () => String(maxResourceSize)),
  'C:min-date-time': (context, target) => onCollection(target, () => edge(context, 'before')),
  'C:max-date-time': (context, target) => onCollection(target, () => edge(context, 'after')),
  'A:calendar-color': (_context, target) => onCollection(target, ({ options }) => options.color),
  'A:calendar-order': (_context, target) =>
    onCollection(target, (collection) => String(collection.owner.collections.indexOf(collection) + 1)),
};

/** Only in answers to REPORT; PROPFIND says 404 to it (RFC 4791 §9.6). */
export const calendarData: PropertyReader = ({ dialect }, target) => {
  if (target.kind !== 'resource') return undefined;
  const { body, calendar } = target.resource;
  // Tasks come from another part of Open-Xchange, which writes them in another way.
  if (!dialect.ownsBody) return escapeXml(body);
  const isTask = objectsOf(calendar).some(({ name }) => name === 'VTODO');
  return isTask ? cdata(body) : escapeXml(body).replaceAll('\r', '&#xD;');
};

/** Quoted, as headers want it; in the shape Open-Xchange gives it: context and time. */
export function etagOf({ revision }: CalendarResource): string {
  return `"1755-${372_672 + revision}"`;
}

/** Only of what is scheduled (RFC 6638 §3.2.10). */
export function scheduleTagOf({ calendar, scheduleRevision }: CalendarResource): string | undefined {
  const scheduled = objectsOf(calendar).some((object) => lineOf(object, 'ORGANIZER'));
  return scheduled ? `"1755-${372_672 + scheduleRevision}-s"` : undefined;
}

/** The instants a listing is confined to; undefined when it shows everything. */
export function listingWindow({ dialect, clock }: DavContext): { from: Date; to: Date } | undefined {
  const { window } = dialect;
  if (!window) return undefined;
  const now = clock();
  const inYears = (years: number) => new Date(Date.UTC(now.getUTCFullYear() + years, 0, 1));
  return { from: inYears(-window.before), to: inYears(window.after) };
}

function href(path: string): string {
  return element('D:href', escapeXml(path));
}

function onPrincipal(
  target: Described,
  read: (owner: CalendarCollection['owner']) => string,
): string | undefined {
  return target.kind === 'principal' ? read(target.owner) : undefined;
}

function onCollection<Value>(
  target: Described,
  read: (collection: CalendarCollection) => Value,
): Value | undefined {
  return target.kind === 'collection' ? read(target.collection) : undefined;
}

function resourceTypes(target: Described): string[] {
  switch (target.kind) {
    case 'resource':
      return [];
    case 'principal':
      return ['D:principal'];
    case 'inbox':
    case 'outbox':
      return ['D:collection', `C:schedule-${target.kind}`];
    case 'collection':
      return ['D:collection', target.collection.options.subscribed ? 'CS:subscribed' : 'C:calendar'];
    default:
      return ['D:collection'];
  }
}

function displayName(target: Described): string | undefined {
  if (target.kind === 'collection') return escapeXml(target.collection.options.name);
  return target.kind === 'principal' ? escapeXml(target.owner.account.email) : undefined;
}

function privileges(target: Described): string {
  const readOnly = !('collection' in target) || target.collection.options.readOnly;
  const names = readOnly ? [] : ['write', 'write-properties', 'write-content', 'bind', 'unbind'];
  return ['read', 'read-current-user-privilege-set', ...names]
    .map((name) => element('D:privilege', element(`D:${name}`)))
    .join('');
}

function reports(target: Described): string | undefined {
  if (target.kind !== 'collection') return undefined;
  return ['C:calendar-multiget', 'C:calendar-query', 'D:sync-collection']
    .map((name) => element('D:supported-report', element('D:report', element(name))))
    .join('');
}

function edge(context: DavContext, side: 'before' | 'after'): string | undefined {
  const window = listingWindow(context);
  const date = side === 'before' ? window?.from : window?.to;
  return date?.toISOString().replace(/[-:]|\.\d+/gu, '');
}
