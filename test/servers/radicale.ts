import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request as startRequest } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Certificates, makeCertificates } from './certificates.ts';
import { passwordOf } from './dovecot-config.ts';
import { env, serverFolder, serverWanted } from './machine.ts';
import { freePorts, listening } from './ports.ts';
import { radicaleConfig } from './radicale-config.ts';
import { Supervisor } from './supervisor.ts';

export interface RadicaleOptions {
  /** Of another server, so that one CA file vouches for both. Default: its own. */
  certificates?: Certificates | undefined;
  /** Names (the part before `@rig.test`) of those who may log in. */
  users?: readonly string[];
}

export interface CalendarOptions {
  /** What people read; default the name in the path. */
  displayName?: string;
  /** `#rrggbb` or `#rrggbbaa`. */
  color?: string;
  /** Default VEVENT. */
  components?: readonly string[];
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Whether `startRadicale` can work here: Radicale 3 and openssl installed and wanted. */
export function radicaleAvailable(): boolean {
  if (!serverWanted('radicale')) return false;
  const openssl = spawnSync('openssl', ['version'], { env });
  const radicale = spawnSync('radicale', ['--version'], { env, encoding: 'utf8' });
  return openssl.status === 0 && radicale.status === 0 && radicale.stdout.startsWith('3.');
}

/** A real Radicale on a free loopback port in a folder of its own. It ends with `stop()` or with this process. */
export async function startRadicale(options: RadicaleOptions = {}): Promise<Radicale> {
  const radicale = new Radicale(serverFolder(), options);
  await radicale.start();
  return radicale;
}

/** One running instance; made by `startRadicale`. Calendars are named by the last segment of their path. */
export class Radicale {
  readonly host = 'localhost';
  readonly dir: string;
  readonly certificates: Certificates;
  port = 0;
  readonly #users: readonly string[];
  #supervisor: Supervisor | undefined;

  constructor(dir: string, { certificates, users = ['alice', 'bob', 'carol', 'dave'] }: RadicaleOptions) {
    this.dir = dir;
    this.certificates = certificates ?? makeCertificates(dir);
    this.#users = users;
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
    return `/${this.user(name).address}/${calendar}/${resource}`;
  }

  /** Makes a calendar, past every permission: one whose name begins with `readonly-` may not be written to. */
  makeCalendar(name: string, calendar: string, options: CalendarOptions = {}): string {
    const { displayName = calendar, color, components = ['VEVENT'] } = options;
    const props = {
      tag: 'VCALENDAR',
      'D:displayname': displayName,
      'C:supported-calendar-component-set': components.join(','),
      ...(color === undefined ? {} : { 'ICAL:calendar-color': color }),
    };
    const folder = this.#folder(name, calendar);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '.Radicale.props'), JSON.stringify(props));
    return new URL(this.path(name, calendar), this.url).href;
  }

  /**
   * Stores many resources at once, by their names, without asking the server. It parses each when it is first asked
   * about the calendar: thousands take it minutes, once.
   */
  seed(name: string, calendar: string, resources: Iterable<readonly [string, string]>): void {
    const folder = this.#folder(name, calendar);
    for (const [resource, ics] of resources) writeFileSync(join(folder, resource), ics);
  }

  /** As another program would: PUT, over what is there. Resolves to the ETag. */
  async put(name: string, calendar: string, resource: string, ics: string): Promise<string> {
    const headers = { 'content-type': 'text/calendar; charset=utf-8' };
    const path = this.path(name, calendar, resource);
    const { status, text, headers: told } = await this.request(name, 'PUT', path, headers, ics);
    if (status !== 201) throw new Error(`PUT ${path}: ${status} ${text}`);
    return told.etag ?? '';
  }

  /** The stored text; undefined when it is not there. */
  async get(name: string, calendar: string, resource: string): Promise<string | undefined> {
    const { status, text } = await this.request(name, 'GET', this.path(name, calendar, resource));
    return status === 200 ? text : undefined;
  }

  async delete(name: string, calendar: string, resource = ''): Promise<void> {
    const path = this.path(name, calendar, resource);
    const { status, text } = await this.request(name, 'DELETE', path);
    if (status !== 200) throw new Error(`DELETE ${path}: ${status} ${text}`);
  }

  /** Any request as that user, on a connection of its own. */
  async request(
    name: string,
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body = '',
  ): Promise<HttpAnswer> {
    const { address, password } = this.user(name);
    return await new Promise((resolve, reject) => {
      const outgoing = startRequest(new URL(path, this.url), {
        method,
        headers: { 'content-length': Buffer.byteLength(body), ...headers },
        auth: `${address}:${password}`,
        ca: readFileSync(this.caFile),
        agent: false,
      });
      outgoing.on('error', reject).on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers: told } = response;
          resolve({ status, headers: told, text: Buffer.concat(chunks).toString() });
        });
      });
      outgoing.end(body);
    });
  }

  /** What it printed and logged so far. */
  log(): string {
    const file = join(this.dir, 'start.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Called by `startRadicale`. */
  async start(): Promise<void> {
    await this.#launch(async () => {
      [this.port = 0] = await freePorts(1);
    });
  }

  /** Ends every connection and comes back on the same port. */
  async restart(): Promise<void> {
    await this.#supervisor?.kill();
    await this.#launch(() => sleep(50));
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.#supervisor?.kill();
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Another process may take a free port before Radicale does, and a killed one holds it for a moment: try again. */
  async #launch(prepare: () => Promise<void>): Promise<void> {
    for (let attempt = 1; attempt <= 5; attempt++) {
      await prepare();
      if (await this.#tryLaunch()) return;
      await this.#supervisor?.kill();
      if (!this.log().includes('Address already in use')) break;
    }
    const log = this.log();
    await this.stop();
    throw new Error(`Radicale did not start.\n${log}`);
  }

  #tryLaunch(): Promise<boolean> {
    const { dir, port, certificates } = this;
    const logins = this.#users.map((name) => this.user(name));
    const files = radicaleConfig({ dir, port, certificates, logins });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text);
    mkdirSync(join(dir, 'store'), { recursive: true });
    this.#supervisor = new Supervisor(dir, ['radicale', '-C', join(dir, 'config')], env);
    return listening(port, () => /Traceback|CRITICAL/.test(this.log()));
  }

  #folder(name: string, calendar: string): string {
    return join(this.dir, 'store', 'collection-root', this.user(name).address, calendar);
  }
}
