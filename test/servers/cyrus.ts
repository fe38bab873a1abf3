import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CalendarServer } from './calendar-server.ts';
import { makeCertificates } from './certificates.ts';
import { cyrusConfig, cyrusFolders, cyrusPrograms } from './cyrus-config.ts';
import { passwordOf } from './dovecot-config.ts';
import { env, isRoot, serverFolder, serverWanted } from './machine.ts';
import { listening } from './ports.ts';

const users = ['alice', 'bob', 'carol'];
const xml = { 'content-type': 'application/xml' };

/** Whether `startCyrus` can work here: Cyrus with CalDAV, SASL and openssl installed and wanted, and we are root. */
export function cyrusAvailable(): boolean {
  if (!isRoot || !serverWanted('cyrus') || !existsSync(join(cyrusPrograms, 'httpd'))) return false;
  const openssl = spawnSync('openssl', ['version'], { env });
  const sasl = spawnSync('saslpasswd2', ['-v'], { env });
  return openssl.status === 0 && sasl.error === undefined;
}

/**
 * A real Cyrus 3 on a free loopback port in a folder of its own: calendars of alice, bob and carol, and a server that
 * tells organizers and attendees itself (RFC 6638). It ends with `stop()` or with this process.
 */
export async function startCyrus(): Promise<Cyrus> {
  const cyrus = new Cyrus(serverFolder());
  await cyrus.start();
  return cyrus;
}

/** One running instance; made by `startCyrus`. */
export class Cyrus extends CalendarServer {
  protected readonly program = 'Cyrus';

  constructor(dir: string) {
    super(dir, makeCertificates(dir));
  }

  path(name: string, calendar: string, resource = ''): string {
    return `/dav/calendars/user/${this.user(name).address}/${calendar}/${resource}`;
  }

  /** Makes a calendar. Resolves to its URL. */
  async makeCalendar(name: string, calendar: string, { displayName = calendar } = {}): Promise<string> {
    const path = this.path(name, calendar);
    const body = `<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop><D:displayname>${displayName}</D:displayname></D:prop></D:set></C:mkcalendar>`;
    await this.must([201], name, 'MKCALENDAR', path, xml, body);
    return new URL(path, this.url).href;
  }

  /** From now on the owner may only read it. */
  async makeReadOnly(name: string, calendar: string): Promise<void> {
    const body = `<D:acl xmlns:D="DAV:"><D:ace><D:principal><D:self/></D:principal><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace></D:acl>`;
    await this.must([200], name, 'ACL', this.path(name, calendar), xml, body);
  }

  override async start(): Promise<void> {
    this.#provide();
    await super.start();
  }

  /** Its log goes to syslog and does not say. */
  protected override get wasTooLate(): boolean {
    return true;
  }

  #provide(): void {
    for (const folder of cyrusFolders) mkdirSync(join(this.dir, folder), { recursive: true });
    for (const name of users) {
      const args = ['-p', '-c', '-f', join(this.dir, 'sasldb2'), '-u', 'rig.test', name];
      execFileSync('saslpasswd2', args, { env, input: passwordOf(name) });
    }
  }

  protected async launch(): Promise<boolean> {
    const { dir, port, certificates } = this;
    const files = cyrusConfig({ dir, port, certificates });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text);
    // It gives up root for the user the package made.
    execFileSync('chown', ['-R', 'cyrus:mail', dir], { env });
    const at = (file: string) => join(dir, file);
    const options = ['-C', at('imapd.conf'), '-M', at('cyrus.conf'), '-p', at('master.pid'), '-D'];
    this.supervise([join(cyrusPrograms, 'master'), ...options]);
    if (!(await listening(port, () => false, 3000))) return false;
    return await this.#moveIn();
  }

  /** Who has no INBOX yet gets 500 for every request, and the first mail makes one. */
  async #moveIn(): Promise<boolean> {
    const addresses = users.map((name) => this.user(name).address);
    const args = ['-C', join(this.dir, 'imapd.conf'), ...addresses];
    for (let attempt = 1; attempt <= 20; attempt++) {
      const input = 'Subject: Welcome\r\n\r\nWelcome\r\n';
      const { status } = spawnSync(join(cyrusPrograms, 'deliver'), args, { env, input });
      if (status === 0) return await this.#makeHomes();
      await sleep(50);
    }
    return false;
  }

  /**
   * The first request makes a user's calendars; before, invitations cannot be delivered. Who answers with another
   * certificate, or none, has taken the port.
   */
  async #makeHomes(): Promise<boolean> {
    try {
      for (const name of users) await this.must([207], name, 'PROPFIND', this.path(name, 'Default'));
      return true;
    } catch {
      return false;
    }
  }
}
