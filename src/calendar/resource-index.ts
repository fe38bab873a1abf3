import { countsEveryChange, countsSeconds } from '../connections/caldav/change-marks.ts';
import type { CollectionState, DavEntry } from '../connections/caldav/types.ts';
import type { Span, TimeWindow } from './event.ts';
import { resourceOf } from './resource-name.ts';

/** A resource as the server held it at the last look. */
export interface IndexedResource extends DavEntry {
  /** The resource part of its event id. */
  name: string;
  /** UTF-8; undefined when the server would not give it. */
  text: Buffer | undefined;
  spans: readonly Span[];
  /** Why it, or a part of it, cannot be shown. */
  failure: ResourceFailure | undefined;
}

export interface ResourceFailure {
  code: string;
  reason: string;
  /** Worth asking the server again. */
  passing?: boolean;
}

let lastStamp = 0;

/**
 * What one collection holds, in memory: raw text and span of each resource, never parsed trees. Filled by a sync and
 * good only right after one.
 */
export class ResourceIndex {
  /** How far the sync came; undefined before the first, and where the server has no tokens. */
  token: string | undefined;
  ctag: string | undefined;
  /** When it last changed; only of a server whose times tell every change. */
  settledSince: string | undefined;
  /** The server turned out to give no tokens. */
  tokenless = false;
  /** Different for every state of every index. */
  stamp = ++lastStamp;
  private readonly byHref = new Map<string, IndexedResource>();
  private readonly byName = new Map<string, string>();
  private readonly byUid = new Map<string, Set<string>>();

  /** A sync has come to its end at least once. */
  get isRead(): boolean {
    return this.token !== undefined || this.ctag !== undefined;
  }

  /** The server tells the state of the last look: nothing changed since. What failed for a while is worth another. */
  isAt(state: CollectionState): boolean {
    if (this.failed.some(({ failure }) => failure?.passing)) return false;
    if (this.settledSince !== undefined && this.settledSince === state.settledSince) return true;
    const [held, told] = this.token === undefined ? [this.ctag, state.ctag] : [this.token, state.syncToken];
    return proves(held, told);
  }

  /** It was proven after the server told this. */
  settle({ settledSince }: Pick<CollectionState, 'settledSince'>): void {
    this.settledSince = countsEveryChange(this.token) ? settledSince : undefined;
  }

  get size(): number {
    return this.byHref.size;
  }

  get hrefs(): IterableIterator<string> {
    return this.byHref.keys();
  }

  get(href: string): IndexedResource | undefined {
    return this.byHref.get(href);
  }

  named(name: string): IndexedResource | undefined {
    const href = this.byName.get(name);
    return href === undefined ? undefined : this.byHref.get(href);
  }

  /** All resources with that UID; a sound calendar has one at most (RFC 4791 §4.1). */
  ofUid(uid: string): IndexedResource[] {
    return [...(this.byUid.get(uid) ?? [])].flatMap((href) => this.byHref.get(href) ?? []);
  }

  /** True when it is held in exactly this state, and not worth another try. */
  holds({ href, etag }: DavEntry): boolean {
    const held = this.byHref.get(href);
    return held !== undefined && etag !== undefined && held.etag === etag && !held.failure?.passing;
  }

  put(entry: DavEntry, content: Pick<IndexedResource, 'text' | 'spans' | 'failure'>): void {
    this.remove(entry.href);
    const { href, etag } = entry;
    const name = resourceOf(href);
    this.byHref.set(href, { href, etag, name, ...content });
    this.byName.set(name, href);
    for (const { uid } of content.spans) this.byUid.set(uid, (this.byUid.get(uid) ?? new Set()).add(href));
    this.stamp = ++lastStamp;
  }

  remove(href: string): void {
    const held = this.byHref.get(href);
    if (!held) return;
    this.byHref.delete(href);
    this.byName.delete(held.name);
    for (const { uid } of held.spans) {
      const hrefs = this.byUid.get(uid);
      hrefs?.delete(href);
      if (hrefs?.size === 0) this.byUid.delete(uid);
    }
    this.stamp = ++lastStamp;
  }

  /** What may have an occurrence in the window. */
  touching({ from, to }: TimeWindow): IndexedResource[] {
    const touches = (span: Span) => span.from < to && (span.to > from || span.from >= from);
    return [...this.byHref.values()].filter(({ spans }) => spans.some(touches));
  }

  get all(): IterableIterator<IndexedResource> {
    return this.byHref.values();
  }

  get failed(): IndexedResource[] {
    return [...this.byHref.values()].filter(({ failure }) => failure !== undefined);
  }
}

/** Token or ctag, as it was and as it is told now: nothing changed in between. */
export function proves(held: string | undefined, told: string | undefined): boolean {
  return held !== undefined && held === told && !countsSeconds(held);
}
