import type { CalendarStore } from '../../../src/connections/caldav/types.ts';
import type { Behaviour } from '../../../src/sandbox/caldav/dialect.ts';
import { davForTest } from '../../sandbox/caldav/rig.ts';
import { type Radicale, radicaleAvailable, startRadicale } from '../../servers/radicale.ts';
import { client, radicaleClient } from '../../support/dav-rig.ts';

/** One empty calendar on some server, and somebody else's hands on it. */
export interface ServedCalendar {
  store: CalendarStore;
  put(resource: string, ics: string): Promise<unknown>;
  remove(resource: string): Promise<unknown>;
}

export interface CalendarServer {
  name: string;
  available: boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
  calendar(): Promise<ServedCalendar>;
}

/** Everything the calendar service must answer alike on. */
export const calendarServers: readonly CalendarServer[] = [
  radicaleServer(),
  sandboxServer('plain'),
  sandboxServer('open-xchange'),
];

function radicaleServer(): CalendarServer {
  let radicale: Radicale | undefined;
  const users = ['alice', 'bob', 'carol', 'dave'];
  return {
    name: 'Radicale',
    available: radicaleAvailable(),
    start: async () => {
      radicale = await startRadicale();
    },
    stop: async () => radicale?.stop(),
    calendar: async () => {
      const user = users.shift();
      if (!radicale || user === undefined) throw new Error('No user is left.');
      const running = radicale;
      running.makeCalendar(user, 'work');
      return {
        store: radicaleClient(running, user),
        put: (resource, ics) => running.put(user, 'work', resource, ics),
        remove: (resource) => running.delete(user, 'work', resource),
      };
    },
  };
}

function sandboxServer(behaviour: Behaviour): CalendarServer {
  return {
    name: `sandbox as ${behaviour}`,
    available: true,
    start: async () => undefined,
    stop: async () => undefined,
    calendar: async () => {
      const dav = await davForTest({ behaviour });
      const { href: url } = new URL(dav.sandbox.caldavUrl);
      return {
        store: client({ url, username: dav.user, password: async () => dav.password }),
        put: async (resource, ics) => {
          const { status } = await dav.put(resource, ics);
          if (status >= 300) throw new Error(`PUT ${resource}: ${status}`);
        },
        remove: (resource) => dav.send('DELETE', dav.path('Kalender', resource)),
      };
    },
  };
}
