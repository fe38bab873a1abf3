/*
 * Where there are several accounts an id says whose it is: `home:INBOX/s44we8-4711`. UIDVALIDITY and UID of two
 * mailboxes may be the same, and what is meant for one must never act on the other. So may folders have the same path,
 * or one of work be called `home:Archive`: every path that is told says whose it is, too.
 */

/** `account` is undefined for an id that names none of the known ones, which are lower case; people also write `Home:`. */
export function splitId(id: string, names: readonly string[]): { account: string | undefined; id: string } {
  const colon = id.indexOf(':');
  const account = id.slice(0, Math.max(0, colon)).toLowerCase();
  return names.includes(account) ? { account, id: id.slice(colon + 1) } : { account: undefined, id };
}

export function joinId(account: string, id: string): string {
  return `${account}:${id}`;
}

/** Ids as an account knows them and as they are told; cursors, which go on in one account only, and paths are ids here. */
export class OwnIds {
  private readonly account: string;

  constructor(account: string) {
    this.account = account;
  }

  bare(id: string): string;
  bare(id: string | undefined): string | undefined;
  bare(id: string | undefined): string | undefined {
    return id === undefined ? undefined : splitId(id, [this.account]).id;
  }

  full(id: string): string {
    return joinId(this.account, id);
  }

  /** An entry of an answer. */
  entry<T extends { id: string }>(entry: T): T {
    return { ...entry, id: this.full(entry.id) };
  }

  /** What is told with its folder. */
  inFolder<T extends { folder: string }>(told: T): T {
    return { ...told, folder: this.full(told.folder) };
  }

  /** Gaps of an answer, which are told by folders and calendars. */
  gaps<T extends { incomplete?: { where: string }[] | undefined }>(answer: T): T {
    const { incomplete } = answer;
    if (!incomplete) return answer;
    return { ...answer, incomplete: incomplete.map((gap) => ({ ...gap, where: this.full(gap.where) })) };
  }

  /** A page of an answer. */
  page<T extends { nextCursor?: string | undefined }>(page: T): T {
    return page.nextCursor === undefined ? page : { ...page, nextCursor: this.full(page.nextCursor) };
  }
}
