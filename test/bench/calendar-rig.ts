import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Radicale, startRadicale } from '../servers/radicale.ts';
import { type McpProcess, startServer } from '../support/mcp-client.ts';
import { largeCalendar, preparedCalendars, smallCalendars, stock } from './calendar-store.ts';
import { type Asked, type HttpFront, startFront } from './http-front.ts';
import { data } from './measure.ts';

/** `solo` has the large calendar alone, `bench` three small ones beside it. */
export type CalendarOwner = 'solo' | 'bench';

const owners: readonly CalendarOwner[] = ['solo', 'bench'];

export interface Measured<T> extends Asked {
  value: T;
  ms: number;
}

/** Radicale with a large calendar behind a counting front, and the sandbox for mail. */
export class CalendarRig {
  readonly radicale: Radicale;
  readonly front: HttpFront;
  readonly #sandbox: Sandbox;

  static async open(events: number, seed: number): Promise<CalendarRig> {
    const prepared = await preparedCalendars(events, seed);
    const radicale = await startRadicale({ users: owners });
    stock(radicale, 'solo', [largeCalendar], prepared);
    stock(radicale, 'bench', [largeCalendar, ...smallCalendars], prepared);
    const users = owners.map((name) => {
      const { address: email, password } = radicale.user(name);
      return { email, password };
    });
    const sandbox = await startSandbox({ seed: false, users });
    return new CalendarRig(radicale, await startFront(radicale.port, radicale.certificates), sandbox);
  }

  constructor(radicale: Radicale, front: HttpFront, sandbox: Sandbox) {
    this.radicale = radicale;
    this.front = front;
    this.#sandbox = sandbox;
  }

  /** The built server as that user, cold. End it. */
  async spawn(owner: CalendarOwner): Promise<McpProcess> {
    const { address } = this.radicale.user(owner);
    const server = startServer({
      ...this.#sandbox.env(address),
      MAILBOX_CALDAV_URL: this.front.url,
      MAILBOX_CA_FILE: this.radicale.caFile,
      MAILBOX_TIMEZONE: 'Europe/Berlin',
    });
    await server.initialize();
    return server;
  }

  /** A call through stdio and what it asks of the calendar server. */
  async call<T>(server: McpProcess, tool: string, args: Record<string, unknown>): Promise<Measured<T>> {
    this.front.take();
    const start = performance.now();
    const value = await data<T>(server, tool, args);
    const ms = performance.now() - start;
    return { value, ms, ...this.front.take() };
  }

  async close(): Promise<void> {
    await this.front.close();
    await this.#sandbox.close();
    await this.radicale.stop();
  }
}
