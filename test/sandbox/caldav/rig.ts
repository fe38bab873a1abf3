import type { CaldavOptions } from '../../../src/sandbox/caldav/caldav-server.ts';
import type { Behaviour } from '../../../src/sandbox/caldav/dialect.ts';
import { readXml, type XmlElement } from '../../../src/sandbox/caldav/xml.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { sandboxForTest } from '../clients.ts';

export const now = new Date('2026-03-18T10:00:00Z');
export const behaviours: readonly Behaviour[] = ['plain', 'open-xchange'];

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
}

/** A CalDAV client that sends what it is told. */
export class DavClient {
  readonly sandbox: Sandbox;
  readonly user: string;
  password: string;

  constructor(sandbox: Sandbox, name = 'alice') {
    this.sandbox = sandbox;
    this.user = `${name}@sandbox.test`;
    this.password = `${name}-pw`;
  }

  /** The path of one of this user's calendars. */
  path(calendar = 'Kalender', resource = ''): string {
    const { hrefs, calendars } = this.sandbox.caldav;
    const collection = calendars.user(this.user).collection(calendar);
    return resource === '' ? hrefs.collection(collection) : hrefs.resource(collection, resource);
  }

  async send(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const credentials = Buffer.from(`${this.user}:${this.password}`).toString('base64');
    const response = await fetch(new URL(path, this.sandbox.caldavUrl), {
      method,
      redirect: 'manual',
      headers: { Authorization: `Basic ${credentials}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  put(resource: string, ics: string, headers: Record<string, string> = {}, calendar = 'Kalender') {
    return this.send('PUT', this.path(calendar, resource), ics, {
      'Content-Type': 'text/calendar; charset=utf-8',
      ...headers,
    });
  }

  async get(resource: string, calendar = 'Kalender'): Promise<string> {
    return (await this.send('GET', this.path(calendar, resource))).text;
  }

  async propfind(path: string, depth: '0' | '1', ...names: string[]): Promise<Found[]> {
    const body = `<propfind xmlns="DAV:" ${spaces}><prop>${names.map((n) => `<${n}/>`).join('')}</prop></propfind>`;
    return found(await this.send('PROPFIND', path, body, { Depth: depth }));
  }

  report(body: string, calendar = 'Kalender'): Promise<Reply> {
    return this.send('REPORT', this.path(calendar), body, { Depth: '1' });
  }

  sync(token: string, calendar = 'Kalender', more = ''): Promise<Reply> {
    return this.report(
      `<sync-collection xmlns="DAV:"><sync-token>${token}</sync-token><sync-level>1</sync-level>${more}<prop><getetag/></prop></sync-collection>`,
      calendar,
    );
  }

  query(filter: string, calendar = 'Kalender'): Promise<Reply> {
    return this.report(
      `<c:calendar-query xmlns="DAV:" ${spaces}><prop><getetag/><c:calendar-data/></prop><c:filter><c:comp-filter name="VCALENDAR">${filter}</c:comp-filter></c:filter></c:calendar-query>`,
      calendar,
    );
  }
}

const spaces =
  'xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/" xmlns:a="http://apple.com/ns/ical/" xmlns:z="urn:z"';

/** One response of a multistatus. */
export interface Found {
  href: string;
  status: number;
  /** Properties with 200, by name, and their elements. */
  properties: Record<string, XmlElement>;
  missing: string[];
}

export function found({ status, text }: Reply): Found[] {
  if (status !== 207) throw new Error(`${status} ${text}`);
  return readXml(text)
    .children.filter(({ name }) => name === 'D:response')
    .map((response) => {
      const child = (name: string) => response.children.filter((one) => one.name === name);
      const propstats = child('D:propstat').map(({ children }) => ({
        status: children.find(({ name }) => name === 'D:status')?.text ?? '',
        properties: children.find(({ name }) => name === 'D:prop')?.children ?? [],
      }));
      const of = (code: string) =>
        propstats.filter((one) => one.status.includes(code)).flatMap((p) => p.properties);
      return {
        href: child('D:href')[0]?.text ?? '',
        status: Number(child('D:status')[0]?.text.split(' ')[1] ?? 200),
        properties: Object.fromEntries(of('200').map((property) => [property.name, property])),
        missing: of('404').map(({ name }) => name),
      };
    });
}

export function tokenOf({ text }: Reply): string {
  return readXml(text).children.find(({ name }) => name === 'D:sync-token')?.text ?? '';
}

/** Names of everything inside an element. */
export function inside(element: XmlElement | undefined): string[] {
  return element?.children.flatMap((child) => [child.name, ...inside(child)]) ?? [];
}

export async function davForTest(caldav: CaldavOptions = {}, seed = false): Promise<DavClient> {
  return new DavClient(await sandboxForTest({ caldav, seed, clock: () => now }));
}

/** An event of an hour on 1 April 2026 at 8 UTC. */
export function event(uid: string, ...lines: string[]): string {
  return calendar(vevent(uid, ...lines));
}

export function vevent(uid: string, ...lines: string[]): string {
  const times = lines.some((line) => line.startsWith('DTSTART'))
    ? []
    : ['DTSTART:20260401T080000Z', 'DTEND:20260401T090000Z'];
  return ['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...times, ...lines, 'END:VEVENT'].join(
    '\r\n',
  );
}

export function calendar(...components: string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//T//T//EN', ...components, 'END:VCALENDAR', ''].join(
    '\r\n',
  );
}
