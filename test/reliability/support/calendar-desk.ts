import type { EventPage, EventSummary } from '../../../src/domain/calendar.ts';
import type { CalendarCollection } from '../../../src/sandbox/caldav/calendars.ts';
import type { Behaviour } from '../../../src/sandbox/caldav/dialect.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { type McpProcess, startServer, type ToolOutcome } from '../../support/mcp-client.ts';
import { DavFront } from './dav-front.ts';
import { entry } from './server.ts';

export interface CalendarDeskOptions {
  behaviour?: Behaviour;
  env?: Record<string, string>;
}

type Args = Record<string, unknown>;

export const alice = 'alice@rig.test';
export const bob = 'bob@rig.test';
const users = [alice, bob].map((email) => ({ email, password: 'secret' }));

const patient = {
  MAILBOX_TIMEZONE: 'Europe/Berlin',
  MAILBOX_SEND_LIMIT: '10000',
  MAILBOX_RATE_LIMIT: '0',
  MAILBOX_PREFETCH: 'false',
  POOL_TIMEOUT_MS: '2000',
};

/** Alice's built server over stdio, and the sandbox whose calendars it reads through a front that can lie. */
export class CalendarDesk {
  readonly sandbox: Sandbox;
  readonly front: DavFront;
  server!: McpProcess;
  private readonly env: Record<string, string>;

  private constructor(sandbox: Sandbox, front: DavFront, env: Record<string, string>) {
    this.sandbox = sandbox;
    this.front = front;
    this.env = env;
  }

  static async open({ behaviour = 'plain', env = {} }: CalendarDeskOptions = {}): Promise<CalendarDesk> {
    const sandbox = await startSandbox({ seed: false, users, caldav: { behaviour } });
    const front = new DavFront(sandbox.caldav.port);
    await front.listen();
    const desk = new CalendarDesk(sandbox, front, env);
    await desk.start();
    return desk;
  }

  /** Our server anew: nothing remembered. */
  async restart(): Promise<void> {
    await this.server.end();
    await this.start();
  }

  private async start(): Promise<void> {
    const place = { MAILBOX_CALDAV_URL: this.front.url };
    this.server = startServer({ ...this.sandbox.env(alice), ...patient, ...place, ...this.env }, { entry });
    await this.server.initialize();
  }

  /** A calendar of alice, or of whoever is named; the one invitations go to unless it is named, too. */
  calendar(name = 'Kalender', user = alice): CalendarCollection {
    return this.sandbox.caldav.calendars.user(user).collection(name);
  }

  add(name: string): CalendarCollection {
    return this.sandbox.caldav.calendars.user(alice).add({ name });
  }

  readonly call = <T = Args>(tool: string, args: Args): Promise<ToolOutcome<T>> =>
    this.server.call<T>(tool, args);

  /** What the tool returns. @throws Error when it is an error: the case itself needs it */
  readonly ask = async <T = Args>(tool: string, args: Args): Promise<T> => {
    const outcome = await this.server.call<T>(tool, args);
    if (!outcome.ok) throw new Error(`${tool}: ${JSON.stringify(outcome.error)}`);
    return outcome.data;
  };

  /** All pages of a range, at most so many events; with what each of them lacks. */
  async events(
    args: Args,
    most = 500,
  ): Promise<{ events: EventSummary[]; incomplete: NonNullable<EventPage['incomplete']> }> {
    const events: EventSummary[] = [];
    const incomplete: NonNullable<EventPage['incomplete']> = [];
    let cursor: string | undefined;
    do {
      const limit = Math.max(1, Math.min(500, most - events.length));
      const page = await this.ask<EventPage>('get_calendar_events', {
        ...args,
        limit,
        ...(cursor && { cursor }),
      });
      events.push(...page.events);
      incomplete.push(...(page.incomplete ?? []));
      cursor = page.nextCursor;
    } while (cursor !== undefined && events.length < most);
    return { events, incomplete };
  }

  async close(): Promise<void> {
    await this.server.end();
    await Promise.all([this.front.close(), this.sandbox.close()]);
  }
}

/** Runs with a desk of its own and tidies up. */
export async function atCalendar<T>(
  options: CalendarDeskOptions,
  work: (desk: CalendarDesk) => Promise<T>,
): Promise<T> {
  const desk = await CalendarDesk.open(options);
  try {
    return await work(desk);
  } finally {
    await desk.close();
  }
}

/** A stored text: VEVENTs as lines without BEGIN and END. */
export function ics(...events: readonly (readonly string[])[]): string {
  const bodies = events.flatMap((lines) => [
    'BEGIN:VEVENT',
    'DTSTAMP:20260101T000000Z',
    ...lines,
    'END:VEVENT',
  ]);
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Other//EN', ...bodies, 'END:VCALENDAR', ''].join(
    '\r\n',
  );
}
