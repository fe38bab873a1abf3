import type { Imap } from '../../connections/imap.ts';
import type { Failed } from '../../domain/filing.ts';
import { type Batch, idOf } from './batch.ts';
import { begin, failureCode, type Trouble, untilLost } from './change.ts';
import { unmark } from './expunge.ts';
import { look, type Sight } from './look.ts';
import type { Outcome } from './outcome.ts';
import { arrivals, ifPossible, recognise, standing } from './recheck.ts';
import { type Progress, wayOf } from './relocate.ts';

export interface Relocated {
  id: string;
  newId?: string;
}

/** What was found of the mails of which the server did not confirm everything. */
interface Finding {
  there: ReadonlySet<number>;
  /** The new ids of mails that turned up in the target; undefined where several look the same. */
  found: ReadonlyMap<number, string | undefined>;
  /** Nothing came into the target that is not accounted for. */
  quiet: boolean;
}

interface Attempt extends Outcome<Relocated> {
  /** Mails that were refused only because others were gone: they can be moved still. */
  unharmed?: Batch;
}

/** Moves the mails of one folder into another, and tells of each what has become of it. */
export class Mover {
  private readonly imap: Imap;

  constructor(imap: Imap) {
    this.imap = imap;
  }

  /**
   * @param target path of a folder that can hold messages.
   * @throws MailboxError while nothing has been changed: the mails could not be looked at, there is no such target,
   * or the server can neither move nor expunge single mails.
   */
  async move(batch: Batch, target: string, signal: AbortSignal): Promise<Outcome<Relocated>> {
    const { done, failed, unharmed } = await this.attempt(batch, target, signal);
    const again = unharmed && (await ifPossible(() => this.move(unharmed, target, signal)));
    if (!again) return { done, failed };
    const retried = new Set(unharmed.ids.values());
    const final = failed.filter(({ id }) => !retried.has(id));
    return { done: [...done, ...again.done], failed: [...final, ...again.failed] };
  }

  private async attempt(batch: Batch, target: string, signal: AbortSignal): Promise<Attempt> {
    const progress: Progress = { gone: new Set(), copies: new Map(), named: false };
    let trouble: Trouble | undefined;
    const sight = await this.imap.change([batch.folder], signal, async (session, commit) => {
      const sight = await look(session, batch, signal, batch.folder === target ? undefined : target);
      const { seen } = sight;
      if (seen.size === 0 || batch.folder === target) return sight;
      const relocate = wayOf(session);
      begin(session, commit);
      const { access } = this.imap;
      const relocation = { batch, seen, target, progress, access, signal };
      trouble = await untilLost(() => relocate(session, relocation));
      return sight;
    });
    if (batch.folder === target) return { done: unmoved(batch, sight), failed: sight.missing };
    const finding = await this.find(batch, sight, progress, { signal, lost: trouble?.lost === true });
    const outcome = judge(batch, sight, progress, finding, trouble);
    if (outcome.done.length > 0) this.imap.access.worked();
    return { ...outcome, ...unharmedIn(batch, sight, finding, trouble) };
  }

  /** Looks where the mails are that the server did not confirm; undefined when that cannot be asked. */
  private async find(
    batch: Batch,
    { seen, target }: Sight,
    { gone, copies }: Progress,
    options: { signal: AbortSignal; lost: boolean },
  ): Promise<Finding | undefined> {
    const open = [...seen.keys()].filter((uid) => !gone.has(uid));
    if (open.length === 0 || !target) return { there: new Set(), found: new Map(), quiet: true };
    return await ifPossible(async () => {
      const standingNow = await standing(this.imap, batch, open, options);
      await unmark(this.imap, batch, seen, standingNow, options.signal);
      const there = new Set(standingNow.keys());
      const unnamed = open.filter((uid) => !copies.has(uid));
      if (unnamed.length === 0) return { there, found: new Map(), quiet: true };
      const arrived = await arrivals(this.imap, target, new Set(copies.values()), options.signal);
      const left = unnamed.filter((uid) => !there.has(uid));
      const stayed = unnamed.filter((uid) => there.has(uid));
      return { there, found: recognise(left, stayed, seen, arrived), quiet: arrived.size === 0 };
    });
  }
}

/** Fewer than before, so that asking again comes to an end. */
function unharmedIn(
  batch: Batch,
  { seen }: Sight,
  finding: Finding | undefined,
  trouble: Trouble | undefined,
): { unharmed?: Batch } {
  const possible = trouble?.raced && finding?.quiet && finding.found.size === 0;
  if (!possible || finding.there.size === 0 || finding.there.size === seen.size) return {};
  const ids = new Map([...batch.ids].filter(([uid]) => finding.there.has(uid)));
  return { unharmed: { ...batch, ids } };
}

function unmoved(batch: Batch, { seen }: Sight): Relocated[] {
  return [...seen.keys()].map((uid) => ({ id: idOf(batch, uid), newId: idOf(batch, uid) }));
}

/** A verdict on every mail that was asked for. */
function judge(
  batch: Batch,
  { seen, missing }: Sight,
  { gone, copies, named }: Progress,
  finding: Finding | undefined,
  trouble: Trouble | undefined,
): Outcome<Relocated> {
  const done: Relocated[] = [];
  const failed: Failed = [...missing];
  // Our command did not take what it does not name, or what never arrived: then another program did.
  const takenByOthers = finding && (named || (!trouble?.lost && finding.quiet));
  for (const uid of seen.keys()) {
    const id = idOf(batch, uid);
    const newId = copies.get(uid) ?? finding?.found.get(uid);
    const there = finding?.there.has(uid);
    const arrived = newId !== undefined || finding?.found.has(uid);
    if (gone.has(uid) || (there === false && arrived)) {
      done.push({ id, ...(newId ? { newId } : {}) });
    } else {
      const lost = takenByOthers ? 'not_found' : 'unknown_outcome';
      failed.push({ id, code: there ? failureCode(trouble) : lost, ...(newId ? { copyId: newId } : {}) });
    }
  }
  return { done, failed };
}
