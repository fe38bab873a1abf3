import type { ImapCommand } from '../../connections/imap/wire.ts';
import { uidStore } from '../../connections/imap/write-commands.ts';
import type { Imap } from '../../connections/imap.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Failed, MarkedMail } from '../../domain/filing.ts';
import { flagWords } from '../fetched.ts';
import { type Batch, idOf, uidSet } from './batch.ts';
import { begin, failureCode, readOnly, refusalIn, type Trouble, untilLost } from './change.ts';
import { look, proof, proven, type Seen, type Sight } from './look.ts';
import { type Marks, satisfied } from './marks.ts';
import { failedOf, type Outcome } from './outcome.ts';
import { ifPossible, standing } from './recheck.ts';

type Marked = MarkedMail['updated'][number];

/** The mails as they were seen after the change. */
type After = ReadonlyMap<number, Seen>;

/** Sets and clears flags of the mails of one folder; all others stay as they are. */
export class Marker {
  private readonly imap: Imap;

  constructor(imap: Imap) {
    this.imap = imap;
  }

  /** @throws MailboxError when the mails could not be looked at; then nothing was changed. */
  async mark(batch: Batch, marks: Marks, signal: AbortSignal): Promise<Outcome<Marked>> {
    let after: After | undefined;
    let trouble: Trouble | undefined;
    const sight = await this.imap.change([batch.folder], signal, async (session, commit) => {
      const sight = await look(session, batch, signal);
      if (sight.seen.size === 0) return sight;
      begin(session, commit);
      trouble = await untilLost(async () => {
        const { seen } = sight;
        const commands = [...storing(seen.keys(), marks), ...proof(session, batch.folder, seen.keys())];
        const replies = await session.run(commands, { signal });
        const { left, readOnly: ignored } = await proven(replies, seen);
        after = left;
        const refusal = refusalIn(replies.slice(0, -2), 'mark e-mails', this.imap.access);
        const kept = [...(left?.values() ?? [])].every(({ flags }) => satisfied(flags, marks));
        return refusal ?? (kept ? undefined : this.notKept(ignored));
      });
      return sight;
    });
    after ??= await ifPossible(() =>
      standing(this.imap, batch, [...sight.seen.keys()], { signal, lost: trouble?.lost === true }),
    );
    const outcome = judge(batch, sight, marks, after, trouble);
    if (outcome.done.length > 0) this.imap.access.worked();
    return outcome;
  }

  /** The server said OK and changed nothing: a folder open for reading only, or a flag it does not keep. */
  private notKept(ignored: boolean): Trouble {
    const error = ignored
      ? readOnly(this.imap.access)
      : new MailboxError('unsupported', 'The mail server does not keep this mark.');
    return { error, lost: false };
  }
}

/** Only what is named is added or taken away, so that unknown keywords survive. */
function storing(uids: Iterable<number>, { plus, minus }: Marks): ImapCommand[] {
  const set = uidSet(uids);
  return [
    ...(plus.length > 0 ? [uidStore(set, '+', plus)] : []),
    ...(minus.length > 0 ? [uidStore(set, '-', minus)] : []),
  ];
}

function judge(
  batch: Batch,
  { seen, missing }: Sight,
  marks: Marks,
  after: After | undefined,
  trouble: Trouble | undefined,
): Outcome<Marked> {
  if (!after) return { done: [], failed: [...missing, ...failedOf(batch, seen.keys(), 'unknown_outcome')] };
  const done: Marked[] = [];
  const failed: Failed = [...missing];
  for (const uid of seen.keys()) {
    const id = idOf(batch, uid);
    const now = after.get(uid);
    if (!now) failed.push({ id, code: 'not_found' });
    else if (satisfied(now.flags, marks)) done.push({ id, flags: flagWords(now.flags) });
    else failed.push({ id, code: failureCode(trouble) });
  }
  return { done, failed };
}
