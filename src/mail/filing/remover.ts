import type { Imap } from '../../connections/imap.ts';
import type { Failed } from '../../domain/filing.ts';
import { type Batch, idOf } from './batch.ts';
import { begin, failureCode, type Trouble, untilLost } from './change.ts';
import { expunge, requireUidExpunge, unmark } from './expunge.ts';
import { look } from './look.ts';
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
    const { seen, missing } = await this.imap.change([batch.folder], signal, async (session, commit) => {
      const sight = await look(session, batch, signal);
      const { seen } = sight;
      if (seen.size === 0) return sight;
      requireUidExpunge(session);
      begin(session, commit);
      const { access } = this.imap;
      trouble = await untilLost(async () => {
        const expunged = await expunge(session, { batch, seen, uids: [...seen.keys()], access, signal });
        for (const uid of expunged.gone) gone.add(uid);
        return expunged.trouble;
      });
      return sight;
    });
    const open = [...seen.keys()].filter((uid) => !gone.has(uid));
    const there = await ifPossible(() =>
      standing(this.imap, batch, open, { signal, lost: trouble?.lost === true }),
    );
    if (there) await unmark(this.imap, batch, seen, there, signal);
    const failed: Failed = [...missing];
    for (const uid of open) {
      if (there && !there.has(uid)) gone.add(uid);
      else failed.push({ id: idOf(batch, uid), code: there ? failureCode(trouble) : 'unknown_outcome' });
    }
    if (gone.size > 0) this.imap.access.worked();
    return { done: [...gone].sort((a, b) => a - b).map((uid) => idOf(batch, uid)), failed };
  }
}
