import type { CalendarCollection, CalendarResource, Calendars, CalendarUser } from './calendars.ts';
import type { Dialect } from './dialect.ts';

/** What a path means. `name` and `id` are of something that is not there, or not yet. */
export type Target =
  | { kind: 'root' }
  | { kind: 'principal' | 'home' | 'inbox' | 'outbox'; owner: CalendarUser }
  | { kind: 'collection'; owner: CalendarUser; collection: CalendarCollection }
  | {
      kind: 'resource';
      owner: CalendarUser;
      collection: CalendarCollection;
      resource: CalendarResource;
    }
  | { kind: 'no-resource'; owner: CalendarUser; collection: CalendarCollection; name: string }
  | { kind: 'no-collection'; owner: CalendarUser; id: string; below: boolean }
  | { kind: 'nothing' };

/** Absolute paths of everything, percent-encoded. */
export class Hrefs {
  readonly #dialect: Dialect;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  principal({ account, number }: CalendarUser): string {
    const name = this.#dialect.flatPaths ? String(number) : `${encodeURIComponent(account.email)}/`;
    return `/principals/users/${name}`;
  }

  home({ account }: CalendarUser): string {
    return this.#dialect.flatPaths ? '/caldav/' : `/calendars/${encodeURIComponent(account.email)}/`;
  }

  inbox(user: CalendarUser): string {
    return `${this.home(user)}schedule-inbox/`;
  }

  outbox(user: CalendarUser): string {
    return `${this.home(user)}schedule-outbox/`;
  }

  collection({ owner, id }: CalendarCollection): string {
    return `${this.home(owner)}${this.#segmentOf(id)}/`;
  }

  resource(collection: CalendarCollection, name: string): string {
    return `${this.collection(collection)}${encodeURIComponent(name)}`;
  }

  /** Whatever a path may mean to this user. */
  resolve(path: string, viewer: CalendarUser, calendars: Calendars): Target {
    const [top, ...rest] = segmentsOf(path);
    if (top === undefined) return { kind: 'root' };
    if (top === 'principals') return this.#principal(rest, calendars);
    if (this.#dialect.flatPaths) return top === 'caldav' ? this.#within(viewer, rest) : { kind: 'nothing' };
    const [email = '', ...below] = rest;
    const owner = calendars.users.find(({ account }) => account.email === email);
    return top === 'calendars' && owner ? this.#within(owner, below) : { kind: 'nothing' };
  }

  #principal([kind, name]: readonly string[], calendars: Calendars): Target {
    const owner = calendars.users.find(({ account, number }) => {
      return kind === 'users' && name === (this.#dialect.flatPaths ? String(number) : account.email);
    });
    return owner ? { kind: 'principal', owner } : { kind: 'nothing' };
  }

  #within(owner: CalendarUser, [id, name, ...more]: readonly string[]): Target {
    if (id === undefined) return { kind: 'home', owner };
    if (id === 'schedule-inbox') return { kind: 'inbox', owner };
    if (id === 'schedule-outbox') return { kind: 'outbox', owner };
    const collection = owner.collections.find((candidate) => this.#segmentOf(candidate.id) === id);
    if (!collection) return { kind: 'no-collection', owner, id, below: name !== undefined };
    if (name === undefined) return { kind: 'collection', owner, collection };
    if (more.length > 0) return { kind: 'nothing' };
    const uid = name.replace(/\.ics$/u, '');
    const resource =
      collection.resources.get(name) ?? (this.#dialect.findsByUid ? collection.findUid(uid) : undefined);
    if (!resource) return { kind: 'no-resource', owner, collection, name };
    return { kind: 'resource', owner, collection, resource };
  }

  /** Open-Xchange writes folder ids in base64url without padding; those of other kinds stay as they are. */
  #segmentOf(id: string): string {
    return this.#dialect.flatPaths ? Buffer.from(`cal://0/${id}`).toString('base64url') : id;
  }
}

function segmentsOf(path: string): string[] {
  try {
    return path
      .replace(/[?#].*$/u, '')
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
  } catch {
    // No percent-encoding at all: nothing here is called like that.
    return [path, path];
  }
}
