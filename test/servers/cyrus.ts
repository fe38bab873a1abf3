import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Certificates, makeCertificates } from './certificates.ts';
import { cyrusConfig, cyrusFolders, cyrusPrograms } from './cyrus-config.ts';
import { passwordOf } from './dovecot-config.ts';
import { type HttpAnswer, httpRequest } from './http-request.ts';
import { env, isRoot, serverFolder, serverWanted } from './machine.ts';
import { freePorts, listening } from './ports.ts';
import { Supervisor } from './supervisor.ts';

const users = ['alice', 'bob', 'carol'];

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

/** One running instance; made by `startCyrus`. Calendars are named by the last segment of their path. */
export class Cyrus {
  readonly host = 'localhost';
  readonly dir: string;
  readonly certificates: Certificates;
  port = 0;
  #supervisor: Supervisor | undefined;

  constructor(dir: string) {
    this.dir = dir;
    this.certificates = makeCertificates(dir);
  }

  get url(): string {
    return `https://${this.host}:${this.port}/`;
  }

  /** PEM file a client must trust. */
  get caFile(): string {
    return this.certificates.caFile;
  }

  user(name: string): { address: string; password: string } {
    return { address: `${name}@rig.test`, password: passwordOf(name) };
  }

  /** The environment that points our server at this user's calendars. */
  env(name: string): Record<string, string> {
    const { address, password } = this.user(name);
    return {
      MAILBOX_EMAIL: address,
      MAILBOX_PASSWORD: password,
      // Nobody listens there: no test may ask mailbox.org.
      MAILBOX_IMAP_HOST: '127.0.0.1',
      MAILBOX_SMTP_HOST: '127.0.0.1',
      MAILBOX_CALDAV_URL: this.url,
      MAILBOX_CA_FILE: this.caFile,
    };
  }

  /** Path of a calendar, with its slash, in the spelling of `DavEntry.href`. */
  path(name: string, calendar: string, resource = ''): string {
    return `/dav/calendars/user/${this.user(name).address}/${calendar}/${resource}`;
  }

  /** Makes a calendar. Resolves to its URL. */
  async makeCalendar(name: string, calendar: string, { displayName = calendar } = {}): Promise<string> {
    const path = this.path(name, calendar);
    const body = `<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop><D:displayname>${displayName}</D:displayname></D:prop></D:set></C:mkcalendar>`;
    await this.#must(201, name, 'MKCALENDAR', path, body, 'application/xml');
    return new URL(path, this.url).href;
  }

  /** From now on the owner may only read it. */
  async makeReadOnly(name: string, calendar: string): Promise<void> {
    const body = `<D:acl xmlns:D="DAV:"><D:ace><D:principal><D:self/></D:principal><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace></D:acl>`;
    await this.#must(200, name, 'ACL', this.path(name, calendar), body, 'application/xml');
  }

  /** As another program would: PUT, over what is there. Resolves to the ETag. */
  async put(name: string, calendar: string, resource: string, ics: string): Promise<string> {
    const path = this.path(name, calendar, resource);
    const { headers } = await this.#must(201, name, 'PUT', path, ics, 'text/calendar; charset=utf-8');
    return headers.etag ?? '';
  }

  /** The stored text; undefined when it is not there. */
  async get(name: string, calendar: string, resource: string): Promise<string | undefined> {
    const { status, text } = await this.request(name, 'GET', this.path(name, calendar, resource));
    return status === 200 ? text : undefined;
  }

  async delete(name: string, calendar: string, resource = ''): Promise<void> {
    await this.#must(204, name, 'DELETE', this.path(name, calendar, resource));
  }

  /** Any request as that user, on a connection of its own. */
  async request(
    name: string,
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body = '',
  ): Promise<HttpAnswer> {
    const { address: user, password } = this.user(name);
    const url = new URL(path, this.url).href;
    return await httpRequest({ url, method, user, password, caFile: this.caFile, headers, body });
  }

  /** What it printed so far; the rest goes to syslog. */
  log(): string {
    const file = join(this.dir, 'start.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Called by `startCyrus`. Another process may take a free port before Cyrus does: then it tries again. */
  async start(): Promise<void> {
    this.#provide();
    for (let attempt = 1; attempt <= 3; attempt++) {
      [this.port = 0] = await freePorts(1);
      if (await this.#launch()) return;
      await this.#supervisor?.kill();
    }
    const log = this.log();
    await this.stop();
    throw new Error(`Cyrus did not start.\n${log}`);
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.#supervisor?.kill();
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }

  #provide(): void {
    for (const folder of cyrusFolders) mkdirSync(join(this.dir, folder), { recursive: true });
    for (const name of users) {
      const args = ['-p', '-c', '-f', join(this.dir, 'sasldb2'), '-u', 'rig.test', name];
      execFileSync('saslpasswd2', args, { env, input: passwordOf(name) });
    }
  }

  async #launch(): Promise<boolean> {
    const { dir, port, certificates } = this;
    const files = cyrusConfig({ dir, port, certificates });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text);
    // It gives up root for the user the package made.
    execFileSync('chown', ['-R', 'cyrus:mail', dir], { env });
    const at = (file: string) => join(dir, file);
    const options = ['-C', at('imapd.conf'), '-M', at('cyrus.conf'), '-p', at('master.pid'), '-D'];
    this.#supervisor = new Supervisor(dir, [join(cyrusPrograms, 'master'), ...options], env);
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
      for (const name of users) await this.#must(207, name, 'PROPFIND', this.path(name, 'Default'));
      return true;
    } catch {
      return false;
    }
  }

  async #must(
    wanted: number,
    name: string,
    method: string,
    path: string,
    body = '',
    type = 'text/plain',
  ): Promise<HttpAnswer> {
    const answer = await this.request(name, method, path, { 'content-type': type }, body);
    // 204 where something was there before.
    if (answer.status === wanted || answer.status === 204) return answer;
    throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  }
}
