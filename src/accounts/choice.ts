import { MailboxError } from '../domain/errors.ts';
import type { Services } from '../domain/services.ts';
import type { Member } from './account.ts';
import { joinId, splitId } from './account-id.ts';

/** Begins the cursor of a list over all accounts; no account can be called so. */
export const ofAll = 'all:';

type Id = string | undefined;

/** Which account a call is for: the one it names, else that of its ids, else the default one. */
export class Choice {
  readonly members: readonly Member[];
  /** What the call says: a name, `all`, or nothing. */
  private readonly said: string | undefined;

  constructor(members: readonly Member[], said: string | undefined) {
    this.members = members;
    this.said = said;
  }

  /** The account the call names. */
  get named(): Member | undefined {
    return this.said === undefined ? undefined : this.find(this.said);
  }

  /** Whose id that is; undefined for one that does not say. */
  ownerOf(id: Id): Member | undefined {
    if (id === undefined) return undefined;
    const { account } = splitId(
      id,
      this.members.map(({ name }) => name),
    );
    return account === undefined ? undefined : this.find(account);
  }

  /**
   * The services of the one account all these ids are of.
   * @throws MailboxError `invalid_input` for ids of several, or of another one than the call names.
   */
  one(ids: readonly Id[]): Services {
    return this.member(ids).services;
  }

  member(ids: readonly Id[]): Member {
    const owners = new Set(ids.flatMap((id) => this.ownerOf(id) ?? []));
    const [owner, ...others] = owners;
    if (owner) this.check(owner);
    if (owner && others.length > 0) throw severalAccounts([owner, ...others]);
    return owner ?? this.default;
  }

  /**
   * As `one`, for ids that must say whose they are: two mailboxes may have the same ones.
   * @throws MailboxError `stale_reference` for one that does not, unless the call names its account
   */
  byIds(ids: readonly Id[]): Services {
    for (const id of ids) this.mustSayWhose(id);
    return this.one(ids);
  }

  /** @throws MailboxError `stale_reference` */
  mustSayWhose(id: Id): void {
    if (id !== undefined && !this.named && !this.ownerOf(id)) throw ofNoAccount(this.members);
  }

  /**
   * A folder, and whose it is where its path says so, as the places of answers do: `home:Archive`.
   * @throws MailboxError `invalid_input` for one of another account than the call names
   */
  place(folder: string): { owner: Member | undefined; path: string };
  place(folder: Id): { owner: Member | undefined; path: Id };
  place(folder: Id): { owner: Member | undefined; path: Id } {
    const owner = this.ownerOf(folder);
    if (!owner || folder === undefined) return { owner, path: folder };
    this.check(owner, 'A folder', folder);
    return { owner, path: splitId(folder, [owner.name]).id };
  }

  /**
   * As `place`, for a folder that is not there yet: what only looks as if it said an account would become part of its name.
   * @throws MailboxError `invalid_input` also for one of an account there is not, unless the call names its own
   */
  newPlace(folder: string): { owner: Member | undefined; path: string } {
    const place = this.place(folder);
    const [, called] = /^([a-z][a-z0-9-]{0,11}):\S/iu.exec(folder) ?? [];
    if (called !== undefined && !place.owner && !this.named) throw noSuchAccount(this.members);
    return place;
  }

  /**
   * As `one`, for calendars by id or by name.
   * @throws MailboxError `invalid_input` for those of several accounts, or of another one than the call names
   */
  byCalendars(calendars: readonly Id[], cursor?: Id): Services {
    for (const called of calendars) {
      const owner = this.ownerOf(called);
      if (owner) this.check(owner, 'A calendar', called);
    }
    return this.one([...calendars, cursor]);
  }

  /** Ids by their accounts, in the order accounts first occur. @throws MailboxError as `one` for those of another. */
  grouped(ids: readonly string[]): Map<Member, string[]> {
    const groups = new Map<Member, string[]>();
    for (const id of ids) {
      this.mustSayWhose(id);
      const owner = this.ownerOf(id) ?? this.default;
      this.check(owner);
      groups.set(owner, [...(groups.get(owner) ?? []), id]);
    }
    return groups;
  }

  /** Whether a list goes over all accounts. @throws MailboxError `invalid_input` for a cursor of a list that does not. */
  spans(cursor?: Id): boolean {
    const isOfAll = cursor?.startsWith(ofAll) === true;
    if (this.said === 'all' && cursor !== undefined && !isOfAll) {
      throw otherCursor('This cursor is of one account, not of all.');
    }
    if (this.named && isOfAll) throw otherCursor('This cursor is of all accounts, not of one.');
    return this.said === 'all' || isOfAll;
  }

  /** Where what says nothing else belongs to. */
  get default(): Member {
    const [first] = this.members;
    const chosen = this.named ?? first;
    if (!chosen) throw new MailboxError('internal', 'There is no account.');
    return chosen;
  }

  private find(name: string): Member | undefined {
    return this.members.find((member) => member.name === name);
  }

  private check(owner: Member, what = 'An id', called?: Id): void {
    const { named } = this;
    if (!named || named === owner) return;
    // Folders and calendars may be called anything, also as if they were another account's.
    const calledSo =
      called === undefined ? '' : ` One of ${named.name} called so is ${joinId(named.name, called)}.`;
    const message = `${what} in this call is of the account ${owner.name}, not of ${named.name}.`;
    throw new MailboxError('invalid_input', message, {
      hint: `Leave out account: what begins with the name of one says which it is of.${calledSo}`,
    });
  }
}

function noSuchAccount(members: readonly Member[]): MailboxError {
  const names = members.map(({ name }) => name);
  const message = `The new path begins as if it said an account; there are ${names.join(', ')}.`;
  return new MailboxError('invalid_input', message, {
    hint: `For a folder that is called so begin the path with its account, too: ${names[0]}: and then the name.`,
  });
}

function ofNoAccount(members: readonly Member[]): MailboxError {
  const names = members.map(({ name }) => name);
  return new MailboxError('stale_reference', 'An id in this call does not say of which account it is.', {
    hint: `Ids begin with one of ${names.map((name) => `${name}:`).join(' ')}; search again, or name the account.`,
  });
}

function severalAccounts(owners: readonly Member[]): MailboxError {
  const names = owners.map(({ name }) => name).join(', ');
  return new MailboxError('invalid_input', `The ids in this call are of several accounts: ${names}.`, {
    hint: 'Make one call for each account.',
  });
}

function otherCursor(message: string): MailboxError {
  return new MailboxError('invalid_input', message, {
    hint: 'Repeat the call with the account of the first page and its own nextCursor, or without cursor.',
  });
}
