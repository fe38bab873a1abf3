import type { Account, Store } from '../store.ts';
import { type IcsComponent, readIcs, unfold } from './ics.ts';

export interface CollectionOptions {
  name: string;
  /** Default: VEVENT. */
  components?: readonly string[];
  readOnly?: boolean;
  /** Shown as `cs:subscribed`, not as a calendar: a feed the server reads from elsewhere. */
  subscribed?: boolean;
  /** `#rrggbb` or `#rrggbbaa`. */
  color?: string;
  /** Its events do not block time. */
  transparent?: boolean;
}

/** One stored body. Never changed: a write puts another in its place. */
export class CalendarResource {
  readonly name: string;
  readonly body: string;
  readonly revision: number;
  /** The revision in which last something changed that concerns the owner (RFC 6638 §3.2.10). */
  readonly scheduleRevision: number;
  readonly modified: Date;
  #calendar: IcsComponent | 'broken' | undefined;

  constructor(name: string, body: string, revision: number, scheduleRevision: number, modified: Date) {
    this.name = name;
    this.body = body;
    this.revision = revision;
    this.scheduleRevision = scheduleRevision;
    this.modified = modified;
  }

  /** The first UID there is, also when the rest cannot be parsed. */
  get uid(): string | undefined {
    return /^UID[^:\r\n]*:(.*?)\r?$/imu.exec(unfold(this.body))?.[1];
  }

  /** Undefined when the body cannot be parsed. */
  get calendar(): Readonly<IcsComponent> | undefined {
    this.#calendar ??= parse(this.body);
    return this.#calendar === 'broken' ? undefined : this.#calendar;
  }

  /** Of its own, to be changed. */
  get copy(): IcsComponent | undefined {
    return structuredClone(this.calendar);
  }
}

function parse(body: string): IcsComponent | 'broken' {
  try {
    return readIcs(body);
  } catch {
    return 'broken';
  }
}

/** A calendar or task list, with what was deleted from it since the start. */
export class CalendarCollection {
  readonly id: string;
  readonly owner: CalendarUser;
  readonly options: CollectionOptions;
  readonly resources = new Map<string, CalendarResource>();
  /** Name to the revision of its deletion. */
  readonly deleted = new Map<string, number>();
  /** Of the last change. */
  revision: number;
  readonly #uids = new Map<string, string>();

  constructor(id: string, owner: CalendarUser, options: CollectionOptions) {
    this.id = id;
    this.owner = owner;
    this.options = options;
    this.revision = owner.calendars.nextRevision();
  }

  get components(): readonly string[] {
    return this.options.components ?? ['VEVENT'];
  }

  /** Stores any body, also a broken one, as a test or the server itself does. */
  put(name: string, body: string, options: { keepScheduleTag?: boolean } = {}): CalendarResource {
    const revision = this.owner.calendars.nextRevision();
    const old = this.resources.get(name);
    const scheduleRevision = (options.keepScheduleTag ? old?.scheduleRevision : undefined) ?? revision;
    const resource = new CalendarResource(
      name,
      body,
      revision,
      scheduleRevision,
      this.owner.calendars.clock(),
    );
    this.#forgetUid(old);
    this.resources.set(name, resource);
    this.deleted.delete(name);
    if (resource.uid !== undefined) this.#uids.set(resource.uid, name);
    this.revision = revision;
    return resource;
  }

  delete(name: string): void {
    this.#forgetUid(this.resources.get(name));
    if (!this.resources.delete(name)) return;
    this.revision = this.owner.calendars.nextRevision();
    this.deleted.set(name, this.revision);
  }

  findUid(uid: string): CalendarResource | undefined {
    return this.resources.get(this.#uids.get(uid) ?? '');
  }

  #forgetUid(resource: CalendarResource | undefined): void {
    const uid = resource?.uid;
    if (uid !== undefined && this.#uids.get(uid) === resource?.name) this.#uids.delete(uid);
  }
}

export class CalendarUser {
  readonly account: Account;
  /** Counts from 3, as Open-Xchange's. */
  readonly number: number;
  readonly calendars: Calendars;
  readonly collections: CalendarCollection[] = [];

  constructor(account: Account, number: number, calendars: Calendars) {
    this.account = account;
    this.number = number;
    this.calendars = calendars;
  }

  get addresses(): readonly string[] {
    return [this.account.email, ...this.account.aliases];
  }

  /** Where invitations arrive: the first that holds events. */
  get defaultCalendar(): CalendarCollection | undefined {
    return this.collections.find(
      ({ components, options }) => components.includes('VEVENT') && !options.readOnly,
    );
  }

  /** @throws Error when there is none: a mistake in the test or demo. */
  collection(name: string): CalendarCollection {
    const found = this.collections.find(({ options, id }) => options.name === name || id === name);
    if (!found) throw new Error(`${this.account.email} has no calendar ${name}`);
    return found;
  }

  add(options: CollectionOptions, id = this.calendars.nextId()): CalendarCollection {
    const collection = new CalendarCollection(id, this, options);
    this.collections.push(collection);
    return collection;
  }

  remove(collection: CalendarCollection): void {
    this.collections.splice(this.collections.indexOf(collection), 1);
  }

  findUid(uid: string): { collection: CalendarCollection; resource: CalendarResource } | undefined {
    for (const collection of this.collections) {
      const resource = collection.findUid(uid);
      if (resource) return { collection, resource };
    }
    return undefined;
  }
}

/** Everybody's calendars. */
export class Calendars {
  readonly users: readonly CalendarUser[];
  readonly clock: () => Date;
  /** Sync tokens of revisions before this one are no longer taken. */
  tokenFloor = 0;
  #revision = 0;
  #lastId = 25;

  constructor(store: Store, clock: () => Date) {
    this.clock = clock;
    this.users = [...store.accounts.values()].map((account, index) => {
      return new CalendarUser(account, index + 3, this);
    });
    for (const user of this.users) {
      user.add({ name: 'Kalender', color: '#cee7ff' });
      user.add({ name: 'Geburtstage', color: '#fdd1a8', readOnly: true, transparent: true });
      user.add({ name: 'Aufgaben', components: ['VTODO'] });
      user.add({ name: 'Feiertage', readOnly: true, subscribed: true, transparent: true });
    }
  }

  /** @throws Error when there is no such user: a mistake in the test or demo. */
  user(email: string): CalendarUser {
    const user = this.owner(email);
    if (!user) throw new Error(`The sandbox has no user ${email}`);
    return user;
  }

  /** Whose an address is; undefined when it is nobody's here. */
  owner(address: string): CalendarUser | undefined {
    return this.users.find(({ account }) => account.owns(address));
  }

  /** Makes every sync token handed out so far invalid, as a server does that forgot its history. */
  expireSyncTokens(): void {
    this.tokenFloor = this.nextRevision();
  }

  nextRevision(): number {
    this.#revision += 1;
    return this.#revision;
  }

  nextId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }
}
