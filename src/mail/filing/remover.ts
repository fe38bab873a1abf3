import type { Imap } from '../../connections/imap.ts';
import type { Failed } from '../../domain/filing.ts';
import { type Batch, idOf } from './batch.ts';
import { begin, failureCode, refusalIn, type Trouble, untilLost } from './change.ts';
import { expunge, requireUidExpunge } from './expunge.ts';
import { look, type Sight } from './look.ts';
import type { Outcome } from './outcome.ts';
import { ifPossible, standing } from './recheck.ts';

/** Removes the mails of one folder for good, and nothing else in it. */
export class Remover {
  private readonly imap: Imap;

  constructor(imap: Imap) {
    this.imap = imap;
  }

  /**
   * @returns the ids of what is gone.
   * @throws MailboxError while nothing has been changed; `unsupported` without UIDPLUS.
   */
  async remove(batch: Batch, signal: AbortSignal): Promise<Outcome<string>> {
    const gone = new Set<number>();
    let trouble: Trouble | undefined;
    const sight = await this.imap.change([batch.folder], signal, async (session, commit) => {
      const seen = await look(session, batch, signal);
      if (seen.seen.size === 0) return seen;
      requireUidExpunge(session);
      begin(session, commit);
      trouble = await untilLost(async () => {
        const expunged = await expunge(session, seen.seen, [...seen.seen.keys()], signal);
        for (const uid of expunged.gone) gone.add(uid);
        return refusalIn(expunged.replies, 'delete e-mails', this.imap.access);
      });
      return seen;
    });
    const outcome = await this.verdict(batch, sight, gone, trouble, signal);
    if (outcome.done.length > 0) this.imap.access.worked();
    return outcome;
  }

  private async verdict(
    batch: Batch,
    { seen, missing }: Sight,
    gone: ReadonlySet<number>,
    trouble: Trouble | undefined,
    signal: AbortSignal,
  ): Promise<Outcome<string>> {
    const open = [...seen.keys()].filter((uid) => !gone.has(uid));
    const lost = trouble?.lost === true;
    const there =
      open.length > 0
        ? await ifPossible(() => standing(this.imap, batch, open, { signal, lost }))
        : new Map();
    const failed: Failed = [...missing];
    const done: string[] = [];
    for (const uid of seen.keys()) {
      const id = idOf(batch, uid);
      if (gone.has(uid) || (there && !there.has(uid))) done.push(id);
      else failed.push({ id, code: there ? failureCode(trouble) : 'unknown_outcome' });
    }
    return { done, failed };
  }
}
