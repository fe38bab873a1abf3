import { request } from 'node:http';
import { CalendarDirectory } from '../../calendar/calendar-directory.ts';
import { caldavStatus } from '../../connections/caldav/status.ts';
import type { CalDav } from '../../connections/caldav.ts';
import { openDavSocket } from '../../connections/dav/socket.ts';
import { caldavExtensions } from './capabilities.ts';
import { commandsOf, loginSteps } from './login.ts';
import type { Protocols } from './protocols.ts';
import type { Step } from './steps.ts';
import { ok, skipped, type Verdict, warning } from './verdict.ts';
import { counted, nameOf } from './words.ts';

const mostNames = 8;
const skewLimitMs = 60_000;
/** Nobody waits for a nicety; a server that hangs shows at the login. */
const clockMs = 5_000;

/** Of an account without calendars there is nothing to check but that. */
export function caldavSteps({ account, connections, ca, now }: Protocols): Step[] {
  const { caldav } = connections;
  const { caldavUrl: url } = account;
  if (!caldav || url === undefined) return [{ check: 'login', run: async () => skipped('no calendars') }];
  return [
    {
      check: 'clock',
      run: (signal) => clock(new URL(url), ca, now, signal),
      ...{ timeoutMs: clockMs, unlessKnown: 'the server did not tell the time' },
    },
    ...loginSteps({
      ask: (signal) => caldavStatus(caldav, signal),
      ...{ secret: account.davPassword, username: account.username, commands: commandsOf(account) },
      extensions: caldavExtensions,
    }),
    { check: 'calendars', run: (signal) => calendars(caldav, account.calendars, signal) },
  ];
}

/** Our clock against the Date of an answer to a request without login (RFC 9110 §6.6.1), which counts whole seconds. */
async function clock(
  url: URL,
  ca: string | undefined,
  now: () => number,
  signal: AbortSignal,
): Promise<Verdict> {
  const sent = now();
  const date = await dateOf(url, ca, signal);
  if (Number.isNaN(date)) return skipped('the server does not tell the time');
  const skewMs = (sent + now()) / 2 - (date + 500);
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= skewLimitMs)
    return ok(`within ${counted(Math.max(1, seconds), 'second')} of the server's`);
  const apart = seconds < 120 ? counted(seconds, 'second') : counted(Math.round(seconds / 60), 'minute');
  return warning(
    `this computer is ${apart} ${skewMs > 0 ? 'ahead of' : 'behind'} the server`,
    'Let this computer set its time by itself: the times of sent e-mails and answers such as "next event" are off by as much.',
  );
}

async function dateOf(url: URL, ca: string | undefined, signal: AbortSignal): Promise<number> {
  const socket = await openDavSocket({ url, ca, timeoutMs: 10_000 }, signal);
  try {
    return await new Promise((resolve, reject) => {
      const { pathname: path, host } = url;
      const asking = request({
        method: 'HEAD',
        path,
        headers: { host },
        createConnection: () => socket,
        signal,
      });
      asking.once('response', ({ headers }) => resolve(Date.parse(headers.date ?? '')));
      asking.once('error', reject);
      asking.end();
    });
  } finally {
    socket.destroy();
  }
}

/** The calendars `list_calendars` would show. */
async function calendars(caldav: CalDav, only: readonly string[], signal: AbortSignal): Promise<Verdict> {
  const home = await new CalendarDirectory({ store: caldav, only, ttlMs: 0 }).ask(signal);
  const shown = home.calendars.filter(({ shown: isShown }) => isShown);
  const names = shown
    .slice(0, mostNames)
    .map(({ name, collection }) => `${nameOf(name)}${collection.writable ? '' : ' (read-only)'}`);
  const more = shown.length > mostNames ? ` and ${shown.length - mostNames} more` : '';
  const slow = shown.filter(({ collection }) => !collection.syncs).length;
  const unsynced = slow > 0 ? `; ${slow} without sync-collection (listed anew to find changes)` : '';
  const detail = `${counted(shown.length, 'calendar')}: ${names.join(', ')}${more}${unsynced}`;
  if (home.unmatched.length > 0) {
    const unknown = home.unmatched.map(nameOf).join(', ');
    return warning(
      detail,
      `MAILBOX_CALENDARS names what is not there: ${unknown}. Correct it or leave it out.`,
    );
  }
  if (shown.length === 0) {
    return warning(
      'no calendars',
      'Create one in the webmail, and let it be used for synchronisation there.',
    );
  }
  if (shown.some(({ holdsEvents, collection }) => holdsEvents && collection.writable)) return ok(detail);
  return warning(
    detail,
    'None of them takes new events: share one for writing, or choose others in MAILBOX_CALENDARS.',
  );
}
