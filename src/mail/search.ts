import type { Imap } from '../connections/imap.ts';
import type { FolderState } from '../domain/cache-port.ts';
import { toMailboxError } from '../domain/errors.ts';
import type { Incomplete } from '../domain/mail.ts';
import type { CallContext, SearchRequest } from '../domain/mail-port.ts';
import { type Cursor, type Cursors, type Position, searchHash } from './cursor.ts';
import type { FolderDirectory } from './folder-directory.ts';
import type { FolderStream, Hit } from './folder-stream.ts';
import type { FolderEntry } from './folders.ts';
import { searchStates } from './freshness.ts';
import { laterArrival } from './mail-order.ts';
import { type OnListing, searchFolders } from './search-folder.ts';
import { isExact, mayHold, openStreams, planSearch, type SearchPlan } from './search-plan.ts';

/** A folder this large, or a search through texts, is worth a connection of its own. */
const heavyFolder = 5000;
const patienceMs = 500;
const maxPatienceMs = 15_000;

export interface SearchPage {
  hits: Hit[];
  searched: string[];
  total: number | undefined;
  nextCursor: string | undefined;
  incomplete: Incomplete;
  /** What the answer rests on; undefined when the server cannot tell of changes. */
  states: FolderState[] | undefined;
}

interface Progress {
  hits: Hit[];
  incomplete: Incomplete;
  /** Of the window reached last. */
  streams: FolderStream[];
  window: number;
  /** Every stream opened. */
  opened: FolderStream[];
}

/** Finds mails over one folder or all of them, newest first, a page at a time. */
export class MailSearch {
  private readonly imap: Imap;
  readonly directory: FolderDirectory;
  readonly cursors: Cursors;
  readonly zone: string;

  constructor(options: { imap: Imap; directory: FolderDirectory; cursors: Cursors; zone: string }) {
    this.imap = options.imap;
    this.directory = options.directory;
    this.cursors = options.cursors;
    this.zone = options.zone;
  }

  /** @throws MailboxError when nothing could be searched; folders that failed beside others are `incomplete`. */
  async search(request: SearchRequest, { signal }: CallContext): Promise<SearchPage> {
    const plan = await planSearch(request, this, signal);
    const page = await this.execute(plan, signal);
    if (!plan.assumed) return page;
    this.directory.forget();
    return await this.execute(await planSearch(request, this, signal), signal);
  }

  private async execute(plan: SearchPlan, signal: AbortSignal): Promise<SearchPage> {
    const first = plan.cursor?.window ?? 0;
    const progress: Progress = { hits: [], incomplete: [], streams: [], window: first, opened: [] };
    for (let window = first; window < plan.windows.length; window++) {
      progress.window = window;
      progress.streams = openStreams(plan, window);
      progress.opened.push(...progress.streams);
      await this.collect(plan, progress, signal);
      if (progress.hits.length >= plan.limit || isEnough(plan, progress)) break;
    }
    return this.finish(plan, progress);
  }

  /** Merges the streams, newest first, until the page is full, fetching where a stream runs dry. */
  private async collect(plan: SearchPlan, progress: Progress, signal: AbortSignal): Promise<void> {
    const { streams, hits, window } = progress;
    const floor = plan.windows[window]?.floor ?? Number.NEGATIVE_INFINITY;
    let asked = false;
    while (hits.length < plan.limit) {
      const dry = streams.filter(({ wants }) => wants);
      if (dry.length > 0) {
        // A window that was not asked at all would be skipped: only what has been asked can be taken up by a cursor.
        if (asked && isEnough(plan, progress)) return;
        await this.refill(plan, dry, signal);
        asked = true;
        this.judge(plan, progress, dry);
        continue;
      }
      const newest = streams.reduce<FolderStream | undefined>(
        (best, stream) => newer(best, stream),
        undefined,
      );
      const hit = newest?.take();
      if (!hit) return;
      hits.push({ ...hit, rank: Math.max(hit.rank, floor) });
    }
  }

  private async refill(plan: SearchPlan, dry: readonly FolderStream[], signal: AbortSignal): Promise<void> {
    await Promise.all(
      connectionGroups(plan, dry).map(async (group, index) => {
        const onListing: OnListing | undefined =
          plan.assumed && index === 0 ? (entries) => this.prove(plan, dry, entries) : undefined;
        const folders = group.map(({ folder }) => folder);
        const searches = group.map((stream) => stream.request(plan.chunk));
        try {
          const outcomes = await this.imap.read(folders, signal, (session) =>
            searchFolders(session, searches, signal, onListing),
          );
          for (const [index, stream] of group.entries()) {
            const outcome = outcomes[index];
            if (outcome) stream.fill(outcome);
          }
        } catch (error) {
          signal.throwIfAborted();
          for (const stream of group) stream.fill(toMailboxError(error));
        }
      }),
    );
  }

  /** The remembered folders stand if every folder that may hold matches now is among those searched. */
  private prove(plan: SearchPlan, streams: readonly FolderStream[], entries: FolderEntry[]): void {
    this.directory.remember(entries);
    const current = this.directory.remembered;
    const searched = new Set(streams.map(({ folder }) => folder));
    const missed = (folder: FolderEntry) => !searched.has(folder.path) && mayHold(folder, plan.request);
    if (current.some(missed)) return;
    plan.folders = current;
    plan.assumed = false;
  }

  private judge(plan: SearchPlan, { incomplete, streams }: Progress, filled: readonly FolderStream[]): void {
    for (const { error, withheld, folder } of filled) {
      const isNoted = incomplete.some(({ where }) => where === folder);
      if (withheld && !isNoted) incomplete.push({ where: folder, code: 'unavailable' });
      if (!error) continue;
      if (error.code === 'not_found') this.directory.forget();
      if (!plan.all || streams.every((stream) => stream.error)) throw error;
      incomplete.push({ where: folder, code: error.code });
    }
  }

  private finish(plan: SearchPlan, progress: Progress): SearchPage {
    const { hits, streams, window, opened } = progress;
    const planned = plan.folders.map(({ path }) => path);
    const incomplete = progress.incomplete.filter(({ where }) => planned.includes(where));
    // What a server reads otherwise than we do comes late: within a page that can be set right.
    hits.sort((a, b) => b.facts.date.getTime() - a.facts.date.getTime());
    const rest = streams.flatMap((stream): [string, Position][] => {
      const position = stream.rest();
      return position ? [[stream.folder, position]] : [];
    });
    const failed = incomplete.map(({ where }) => where);
    const searched = planned.filter((path) => !failed.includes(path));
    const inside = rest.length > 0;
    const more = inside || window + 1 < plan.windows.length;
    const cursor: Cursor = {
      search: searchHash(plan.request),
      window: inside ? window : window + 1,
      today: plan.today,
      folders: Object.fromEntries(rest),
      failed: inside ? failed : [],
    };
    return {
      hits,
      searched,
      total: total(plan, progress, more),
      nextCursor: more ? this.cursors.keep(cursor) : undefined,
      incomplete,
      states: incomplete.length > 0 ? undefined : searchStates(plan, opened),
    };
  }
}

/**
 * Going further back costs seconds where texts are read one by one. With something found that soon is left to the
 * cursor; with nothing found the search goes on as long as it may.
 */
function isEnough({ started }: SearchPlan, { hits }: Progress): boolean {
  return performance.now() - started > (hits.length > 0 ? patienceMs : maxPatienceMs);
}

function newer(best: FolderStream | undefined, stream: FolderStream): FolderStream | undefined {
  const [known, head] = [best?.head, stream.head];
  if (!head) return best;
  if (!known) return stream;
  return (head.rank - known.rank || laterArrival(known.facts, head.facts)) > 0 ? stream : best;
}

/**
 * Light folders go over one connection, where they cost two round trips together; the heaviest gets its own when
 * the server has real work to do.
 */
function connectionGroups(plan: SearchPlan, streams: readonly FolderStream[]): FolderStream[][] {
  const [heaviest, ...others] = [...streams].sort((a, b) => b.messages - a.messages);
  if (!heaviest || others.length === 0) return [[...streams]];
  const heavy = plan.criteria.textual || others.some(({ messages }) => messages > heavyFolder);
  return heavy ? [[heaviest], others] : [[...streams]];
}

/** Known when everything is on the page, or when the server's count needs no filter of ours. */
function total(plan: SearchPlan, { hits, opened }: Progress, more: boolean): number | undefined {
  if (opened.some(({ error, withheld }) => error || withheld)) return undefined;
  if (!more && !plan.cursor) return hits.length;
  if (!isExact(plan) || plan.windows.length > 1) return undefined;
  const counted = opened.filter(({ count }) => count !== undefined);
  if (plan.cursor || counted.length < opened.length) return undefined;
  return counted.reduce((sum, { count = 0 }) => sum + count, 0);
}
