import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dovecot, startDovecot } from '../../servers/dovecot.ts';
import { type Radicale, startRadicale } from '../../servers/radicale.ts';
import { startProxy, type TcpProxy } from '../../support/proxy.ts';
import { type HttpFront, startFront } from '../http-front.ts';
import { calendarName, resources } from './calendar.ts';
import type { KnownMail, Mailbox } from './mailbox.ts';
import type { Place } from './peer.ts';

const arrivalMs = 20_000;

/** One mail server and one calendar server, far away, with the same mailbox and calendar for each server under test. */
export class PeerPlaces {
  readonly imap: TcpProxy;
  readonly dav: TcpProxy;
  readonly #dovecot: Dovecot;
  readonly #radicale: Radicale;
  readonly #front: HttpFront;

  /** @param users whom to give a mailbox and a calendar, by name. */
  static async open(users: readonly string[], mailbox: Mailbox, roundTripMs: number): Promise<PeerPlaces> {
    const dovecot = await startDovecot();
    const radicale = await startRadicale({ users, certificates: dovecot.certificates });
    // Radicale ends a connection after each answer, which mailbox.org does not: nobody is to pay for that.
    const front = await startFront(radicale.port, radicale.certificates);
    const imap = await startProxy({ targetPort: dovecot.imapsPort, roundTripMs });
    const dav = await startProxy({ targetPort: front.port, roundTripMs });
    const places = new PeerPlaces(dovecot, radicale, front, { imap, dav });
    for (const user of users) {
      await dovecot.deliverAll(user, 'INBOX', mailbox.mails.map(arrived));
      radicale.makeCalendar(user, calendarName);
      for (const [name, ics] of resources) await radicale.put(user, calendarName, name, ics);
    }
    return places;
  }

  constructor(
    dovecot: Dovecot,
    radicale: Radicale,
    front: HttpFront,
    { imap, dav }: { imap: TcpProxy; dav: TcpProxy },
  ) {
    this.#dovecot = dovecot;
    this.#radicale = radicale;
    this.#front = front;
    this.imap = imap;
    this.dav = dav;
  }

  of(user: string): Place & { caFile: string } {
    const { address, password } = this.#dovecot.user(user);
    return {
      address,
      password,
      host: 'localhost',
      imapPort: this.imap.port,
      caldavUrl: `https://localhost:${this.dav.port}/`,
      caFile: this.#dovecot.caFile,
    };
  }

  /** Puts one more mail into the INBOX, with the time at which it arrived: that of a moved one is long ago. */
  async put(user: string, mail: KnownMail): Promise<void> {
    await this.#dovecot.deliverAll(user, 'INBOX', [arrived(mail)]);
  }

  /** The resources that are in the calendar now, by name. */
  stored(user: string): ReadonlyMap<string, string> {
    const { address } = this.#radicale.user(user);
    const folder = join(this.#radicale.dir, 'store', 'collection-root', address, calendarName);
    const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
    return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  }

  async close(): Promise<void> {
    await this.imap.close();
    await this.dav.close();
    await this.#front.close();
    await this.#radicale.stop();
    await this.#dovecot.stop();
  }
}

function arrived({ raw, date }: KnownMail) {
  return { raw, date: new Date(date.getTime() + arrivalMs) };
}
