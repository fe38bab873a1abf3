import type { Behaviour } from '../../src/sandbox/caldav/dialect.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { cyrusAvailable, startCyrus } from '../servers/cyrus.ts';
import { passwordOf } from '../servers/dovecot-config.ts';
import { type HttpAnswer, httpRequest } from '../servers/http-request.ts';
import { isAbout } from '../servers/imap-fetch.ts';
import { radicaleAvailable, startRadicale } from '../servers/radicale.ts';

export type Colleague = 'alice' | 'bob' | 'carol';

export const colleagues: readonly Colleague[] = ['alice', 'bob', 'carol'];

/** One stored resource, as the server holds it. */
export interface Held {
  /** Last segment of its path. */
  name: string;
  ics: string;
}

/** A running calendar server, and a mail server, for colleagues who invite each other. */
export interface CalendarOffice {
  /** The calendar each of them has from the start, in which invitations arrive: its id for our tools. */
  inbox: string;
  address(user: Colleague): string;
  /** How the server itself writes a content line that is stored so. */
  written(line: string): string;
  /** The settings with which our server is this user. */
  env(user: Colleague): Record<string, string>;
  /** Makes a calendar; one that is read-only may be filled before it becomes so. Resolves to the name. */
  makeCalendar(
    user: Colleague,
    name: string,
    options?: { readOnly?: boolean; holding?: Held },
  ): Promise<string>;
  /** What any other program of that user would see, name by name. `calendar`: as it was made, or `inbox`. */
  held(user: Colleague, calendar: string): Promise<Held[]>;
  /** Stores over what is there, as another program would. */
  put(user: Colleague, calendar: string, held: Held): Promise<void>;
  remove(user: Colleague, calendar: string, name: string): Promise<void>;
  /** Stores what a server would not take from a client; where it is the sandbox. One such file ends all of Radicale's answers. */
  plant: ((user: Colleague, calendar: string, held: Held) => void) | undefined;
  /** The mails in that user's INBOX with this subject. */
  mails(user: Colleague, subject: string): Buffer[];
  /** The mail server, and the calendar server too where it is the sandbox's. */
  sandbox: Sandbox;
  close(): Promise<void>;
}

export interface CalendarOfficeKind {
  name: string;
  /** The server tells organizers and attendees itself, and names the default calendar (RFC 6638). */
  schedules: boolean;
  /** Its CalDAV server is the sandbox, whose faults can be planned. */
  sandboxed: boolean;
  open(): Promise<CalendarOffice>;
}

/** Every CalDAV server that has to keep the promises: our sandbox always, the others where they are installed. */
export const calendarOffices: CalendarOfficeKind[] = [
  {
    ...{ name: 'sandbox', schedules: false, sandboxed: true },
    open: () => sandboxOffice('plain'),
  },
  {
    ...{ name: 'sandbox as open-xchange', schedules: true, sandboxed: true },
    open: () => sandboxOffice('open-xchange'),
  },
  {
    ...{ name: 'radicale', schedules: false, sandboxed: false },
    open: radicaleOffice,
  },
  {
    ...{ name: 'cyrus', schedules: true, sandboxed: false },
    open: cyrusOffice,
  },
].filter(
  ({ name }) => (name !== 'radicale' || radicaleAvailable()) && (name !== 'cyrus' || cyrusAvailable()),
);

const address = (user: Colleague) => `${user}@rig.test`;

/** What differs from server to server. */
interface CalendarHouse {
  inbox: string;
  /** Settings beside those of the mailbox. */
  settings: Record<string, string>;
  /** URL of a calendar that was made, or of `inbox`, with its slash. */
  url(user: Colleague, calendar: string): string;
  caFile?: string;
  written?: CalendarOffice['written'];
  make(user: Colleague, name: string, options: { readOnly?: boolean; holding?: Held }): Promise<void>;
  plant?: (user: Colleague, calendar: string, held: Held) => void;
  close(): Promise<void>;
}

async function sandboxOffice(behaviour: Behaviour): Promise<CalendarOffice> {
  const sandbox = await startMail(behaviour);
  const { calendars, hrefs } = sandbox.caldav;
  const collection = (user: Colleague, calendar: string) =>
    calendars.user(address(user)).collection(calendar);
  return office(sandbox, {
    inbox: 'kalender',
    settings: {},
    url: (user, calendar) => {
      const known = calendar === 'kalender' ? 'Kalender' : calendar;
      return new URL(hrefs.collection(collection(user, known)), sandbox.caldavUrl).href;
    },
    async make(user, name, { readOnly = false, holding }) {
      const made = calendars.user(address(user)).add({ name, readOnly });
      if (holding) made.put(holding.name, holding.ics);
    },
    plant: (user, calendar, { name, ics }) => void collection(user, calendar).put(name, ics),
    close: async () => undefined,
  });
}

async function radicaleOffice(): Promise<CalendarOffice> {
  const [sandbox, radicale] = await Promise.all([startMail('plain'), startRadicale()]);
  const folders = new Map<string, string>();
  const folder = (user: Colleague, calendar: string) => folders.get(`${user}/${calendar}`) ?? calendar;
  for (const user of colleagues) radicale.makeCalendar(user, 'work');
  return office(sandbox, {
    inbox: 'work',
    settings: { MAILBOX_CALDAV_URL: radicale.url, MAILBOX_CA_FILE: radicale.caFile },
    caFile: radicale.caFile,
    url: (user, calendar) => new URL(radicale.path(user, folder(user, calendar)), radicale.url).href,
    async make(user, name, { readOnly, holding }) {
      if (readOnly) folders.set(`${user}/${name}`, `readonly-${name}`);
      radicale.makeCalendar(user, folder(user, name), { displayName: name });
      if (holding) radicale.seed(user, folder(user, name), [[holding.name, holding.ics]]);
    },
    close: () => radicale.stop(),
  });
}

async function cyrusOffice(): Promise<CalendarOffice> {
  const [sandbox, cyrus] = await Promise.all([startMail('plain'), startCyrus()]);
  const segment = (calendar: string) => (calendar === 'personal' ? 'Default' : calendar);
  return office(sandbox, {
    inbox: 'personal',
    settings: { MAILBOX_CALDAV_URL: cyrus.url, MAILBOX_CA_FILE: cyrus.caFile },
    caFile: cyrus.caFile,
    url: (user, calendar) => new URL(cyrus.path(user, segment(calendar)), cyrus.url).href,
    // It takes values it does not know for no text, and the backslash away.
    written: (line) => (line.startsWith('X-') ? line.replaceAll('\\,', ',') : line),
    async make(user, name, { readOnly, holding }) {
      await cyrus.makeCalendar(user, name);
      if (holding) await cyrus.put(user, name, holding.name, holding.ics);
      if (readOnly) await cyrus.makeReadOnly(user, name);
    },
    close: () => cyrus.stop(),
  });
}

async function startMail(behaviour: Behaviour): Promise<Sandbox> {
  const users = colleagues.map((name) => ({ email: address(name), password: passwordOf(name) }));
  return await startSandbox({ seed: false, users, caldav: { behaviour } });
}

function office(sandbox: Sandbox, house: CalendarHouse): CalendarOffice {
  const ask = async (user: Colleague, method: string, url: string, body = ''): Promise<HttpAnswer> => {
    const headers = {
      depth: '1',
      'content-type': `${method === 'PUT' ? 'text/calendar' : 'text/xml'}; charset=utf-8`,
    };
    const login = { user: address(user), password: passwordOf(user), caFile: house.caFile };
    const answer = await httpRequest({ url, method, headers, body, ...login });
    if (answer.status < 300) return answer;
    throw new Error(`${method} ${url}: ${answer.status} ${answer.text}`);
  };
  const place = (user: Colleague, calendar: string, name: string) =>
    new URL(encodeURIComponent(name), house.url(user, calendar)).href;
  return {
    inbox: house.inbox,
    address,
    written: house.written ?? ((line) => line),
    env: (user) => ({ ...sandbox.env(address(user)), ...house.settings }),
    async makeCalendar(user, name, options = {}) {
      await house.make(user, name, options);
      return name;
    },
    async held(user, calendar) {
      const base = house.url(user, calendar);
      const { text } = await ask(
        user,
        'PROPFIND',
        base,
        '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>',
      );
      const urls = hrefsIn(text).map((href) => new URL(href, base).href);
      // The calendar itself ends in a slash.
      const names = urls.map(lastSegment).filter((name) => name !== '');
      return await Promise.all(
        names.map(async (name) => ({
          name,
          ics: (await ask(user, 'GET', place(user, calendar, name))).text,
        })),
      );
    },
    async put(user, calendar, { name, ics }) {
      await ask(user, 'PUT', place(user, calendar, name), ics);
    },
    async remove(user, calendar, name) {
      await ask(user, 'DELETE', place(user, calendar, name));
    },
    plant: house.plant,
    mails: (user, subject) =>
      (sandbox.store.account(address(user)).find('INBOX')?.messages ?? [])
        .map(({ content }) => content.raw)
        .filter((raw) => isAbout(raw, subject)),
    sandbox,
    close: async () => {
      await Promise.all([house.close(), sandbox.close()]);
    },
  };
}

function hrefsIn(xml: string): string[] {
  return [...xml.matchAll(/<(?:\w+:)?href>([^<]*)<\//gu)].map(([, href = '']) =>
    href.replaceAll('&amp;', '&'),
  );
}

function lastSegment(url: string): string {
  return decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');
}
