import { MailboxError } from '../domain/errors.ts';
import type { Incomplete } from '../domain/mail.ts';
import type { MailRef } from '../domain/mail-id.ts';
import { conversationOf, idsOf, type Linked } from './conversation.ts';
import type { FolderLinks } from './thread-search.ts';

/** Asked for in one search: each costs the server a look at three headers. */
const maxIds = 12;

/** A conversation while it is put together: who belongs to it so far, and which ids lead further. */
export class Gathering {
  readonly incomplete: Incomplete = [];
  /** Each folder as first seen. */
  readonly views = new Map<string, FolderLinks>();
  members: Linked[];
  private readonly start: Linked;
  private readonly ref: MailRef;
  private readonly candidates: Linked[] = [];
  private readonly asked = new Set<string>();
  private grew = true;

  constructor(start: Linked, ref: MailRef) {
    this.start = start;
    this.ref = ref;
    this.members = [start];
  }

  /** Whether asking on may find more: there are new ids, and the last round was not in vain. */
  get leadsOn(): boolean {
    return this.grew && this.open.length > 0;
  }

  /** The first and the latest ids nobody was asked for yet; they count as asked from now on. */
  unasked(): string[] {
    const { open } = this;
    const half = maxIds / 2;
    const ids = open.length <= maxIds ? open : [...open.slice(0, half), ...open.slice(-half)];
    for (const id of ids) this.asked.add(id);
    return ids;
  }

  private get open(): string[] {
    return idsOf(this.members).filter((id) => !this.asked.has(id));
  }

  /** Ids the members answer but none of them has. */
  missing(): string[] {
    const present = new Set(this.members.map(({ id }) => id));
    return idsOf(this.members).filter((id) => !present.has(id));
  }

  add(related: ReadonlyMap<string, FolderLinks | MailboxError>): void {
    for (const [folder, links] of related) {
      if (links instanceof MailboxError) {
        this.lacks(folder, links.code);
        continue;
      }
      if (links.withheld) this.lacks(folder, 'unavailable');
      this.views.set(folder, this.views.get(folder) ?? links);
      this.candidates.push(...links.messages.filter((other) => !this.isStart(other)));
    }
    const before = this.members.length;
    this.members = conversationOf(this.start, this.candidates);
    this.grew = this.members.length > before;
  }

  private lacks(where: string, code: string): void {
    if (!this.incomplete.some((place) => place.where === where)) this.incomplete.push({ where, code });
  }

  private isStart({ place, facts }: Linked): boolean {
    return place.folder === this.ref.folder && facts.uid === this.ref.uid;
  }
}
