import { collectionPath, listedPath } from '../dav/href.ts';
import type { DavResponse } from '../dav/multistatus.ts';
import { childOf, childrenOf, textOf, type XmlElement } from '../dav/xml.ts';
import type { PropName } from './requests.ts';
import type { DavCollection } from './types.ts';

export const collectionProps: readonly PropName[] = [
  'd:resourcetype',
  'd:displayname',
  'd:current-user-privilege-set',
  'd:supported-report-set',
  'ca:calendar-color',
  'ca:calendar-order',
  'c:supported-calendar-component-set',
  'c:schedule-calendar-transp',
  'c:schedule-default-calendar-URL',
  'c:min-date-time',
  'c:max-date-time',
  'c:max-resource-size',
  'd:getlastmodified',
];

const resourceType = '{DAV:}resourcetype';
export const caldavNs = '{urn:ietf:params:xml:ns:caldav}';
const csNs = '{http://calendarserver.org/ns/}';
const appleNs = '{http://apple.com/ns/ical/}';
/** Everything one needs to create, change and remove events (RFC 3744 §3.2 and Appendix A). */
const writePrivileges: readonly (readonly string[])[] = [['all'], ['write'], ['write-content', 'bind']];

/** Of a calendar, or a subscription to one; undefined for scheduling boxes and whatever else lies in a home. */
export function calendarUrl({ href, props }: DavResponse, base: URL): string | undefined {
  const path = listedPath(href, base);
  const isCalendar = childOf(props.get(resourceType), `${caldavNs}calendar`) !== undefined;
  if (path === undefined || (!isCalendar && !isSubscribed(props))) return undefined;
  return new URL(collectionPath(path), base).href;
}

/** One in the list of which the server does not tell what it is; what is gone (404, 410) is nothing. */
export function untoldOf(response: DavResponse, home: URL): DavCollection | undefined {
  const path = listedPath(response.href, home);
  const status = untoldStatus(response);
  if (path === undefined || status === undefined || status === 404 || status === 410) return undefined;
  const { href: url } = new URL(collectionPath(path), home);
  if (url === new URL(collectionPath(home.pathname), home).href) return undefined;
  return {
    ...{ url, name: undefined, color: undefined, order: undefined, settledSince: undefined, untold: status },
    ...{ components: ['VEVENT'], writable: false, transparent: false, syncs: false },
    ...{ minDateTime: undefined, maxDateTime: undefined, maxResourceBytes: undefined },
  };
}

/** Every resource has a type (RFC 4918 §15.9), so that one without is withheld: 207 where even the reason is. */
function untoldStatus({ status = 200, props, refused }: DavResponse): number | undefined {
  if (status >= 400) return status;
  return refused.get(resourceType) ?? (props.size === 0 ? 207 : undefined);
}

function isSubscribed(props: ReadonlyMap<string, XmlElement>): boolean {
  return childOf(props.get(resourceType), `${csNs}subscribed`) !== undefined;
}

/** Undefined for what is no calendar. @param settledSince when it last changed, if that is known well enough */
export function collectionOf(
  response: DavResponse,
  base: URL,
  settledSince: string | undefined,
): DavCollection | undefined {
  const { props } = response;
  const url = calendarUrl(response, base);
  if (url === undefined) return undefined;
  const text = (name: string) => textOf(props.get(name));
  return {
    url,
    settledSince,
    name: text('{DAV:}displayname'),
    color: colorOf(text(`${appleNs}calendar-color`)),
    order: integerOf(text(`${appleNs}calendar-order`)),
    components: componentsOf(props.get(`${caldavNs}supported-calendar-component-set`)),
    writable: !isSubscribed(props) && isWritable(props.get('{DAV:}current-user-privilege-set')),
    transparent:
      childOf(props.get(`${caldavNs}schedule-calendar-transp`), `${caldavNs}transparent`) !== undefined,
    syncs: syncs(props),
    minDateTime: dateTimeOf(text(`${caldavNs}min-date-time`)),
    maxDateTime: dateTimeOf(text(`${caldavNs}max-date-time`)),
    maxResourceBytes: integerOf(text(`${caldavNs}max-resource-size`)),
  };
}

export const ctagProp: { request: PropName; name: string } = {
  request: 'cs:getctag',
  name: `${csNs}getctag`,
};

function syncs(props: ReadonlyMap<string, XmlElement>): boolean {
  const reports = childrenOf(props.get('{DAV:}supported-report-set'), '{DAV:}supported-report');
  const names = reports.flatMap((report) => childOf(report, '{DAV:}report')?.children ?? []);
  return names.some(({ name }) => name === '{DAV:}sync-collection');
}

/** Where the server says nothing it will refuse a write itself. */
function isWritable(set: XmlElement | undefined): boolean {
  if (!set) return true;
  const privileges = childrenOf(set, '{DAV:}privilege').flatMap(({ children }) => children);
  const names = new Set(privileges.map(({ name }) => name.replace(/^\{DAV:\}/u, '')));
  return writePrivileges.some((needed) => needed.every((name) => names.has(name)));
}

/** VEVENT alone when the server does not say: VTODO may be refused, events are what calendars are for. */
function componentsOf(set: XmlElement | undefined): readonly string[] {
  const names = childrenOf(set, `${caldavNs}comp`).map(({ attributes }) => attributes.name?.toUpperCase());
  const known = names.filter((name) => name !== undefined);
  return known.length > 0 ? known : ['VEVENT'];
}

/** `#rrggbb` of `#rrggbb` or Apple's `#rrggbbaa`. */
function colorOf(text: string | undefined): string | undefined {
  return /^#[0-9a-f]{6}(?=(?:[0-9a-f]{2})?$)/iu.exec(text ?? '')?.[0].toLowerCase();
}

function integerOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d{1,15}$/u.test(text) ? Number(text) : undefined;
}

/** `20000101T000000Z` (RFC 4791 §5.2.6). */
function dateTimeOf(text: string | undefined): Date | undefined {
  const iso = text?.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u, '$1-$2-$3T$4:$5:$6Z') ?? '';
  const date = new Date(iso.includes('-') ? iso : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
