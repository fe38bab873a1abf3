import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CalendarServer } from './calendar-server.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { env, serverFolder, serverWanted } from './machine.ts';
import { listening } from './ports.ts';
import { radicaleConfig } from './radicale-config.ts';

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

/** One running instance; made by `startRadicale`. */
export class Radicale extends CalendarServer {
  protected readonly program = 'Radicale';
  readonly #users: readonly string[];

  constructor(dir: string, { certificates, users = ['alice', 'bob', 'carol', 'dave'] }: RadicaleOptions) {
    super(dir, certificates ?? makeCertificates(dir));
    this.#users = users;
  }

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

  protected launch(): Promise<boolean> {
    const { dir, port, certificates } = this;
    const logins = this.#users.map((name) => this.user(name));
    const files = radicaleConfig({ dir, port, certificates, logins });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text);
    mkdirSync(join(dir, 'store'), { recursive: true });
    this.supervise(['radicale', '-C', join(dir, 'config')]);
    return listening(port, () => /Traceback|CRITICAL/.test(this.log()));
  }

  #folder(name: string, calendar: string): string {
    return join(this.dir, 'store', 'collection-root', this.user(name).address, calendar);
  }
}
