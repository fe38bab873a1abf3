import type { Imap } from '../../connections/imap.ts';
import type { ImapSession } from '../../connections/imap-session.ts';
import { uidStore } from '../../connections/imap-write-commands.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Failed, MarkedMail } from '../../domain/filing.ts';
import { flagWords } from '../fetched.ts';
import { type Batch, idOf, uidSet } from './batch.ts';
import { begin, failureCode, refusalIn, silentRefusal, type Trouble, untilLost } from './change.ts';
import { look, presence, presentIn, type Seen, type Sight } from './look.ts';
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
        const replies = await session.run(commandsFor(uidSet(sight.seen.keys()), marks), { signal });
        after = await presentIn(replies.at(-1));
        const refusal = refusalIn(replies, 'mark e-mails', this.imap.access);
        const kept = [...(after?.values() ?? [])].every(({ flags }) => satisfied(flags, marks));
        return refusal ?? (kept ? undefined : await this.notKept(session, batch, signal));
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
  private async notKept(session: ImapSession, { folder }: Batch, signal: AbortSignal): Promise<Trouble> {
    const refusal = await silentRefusal(session, folder, this.imap.access, signal);
    const error = new MailboxError('unsupported', 'The mail server does not keep this mark.');
    return refusal ?? { error, lost: false };
  }
}

/** One round trip; only what is named is added or taken away, so that unknown keywords survive. */
function commandsFor(set: string, { plus, minus }: Marks) {
  return [
    ...(plus.length > 0 ? [uidStore(set, '+', plus)] : []),
    ...(minus.length > 0 ? [uidStore(set, '-', minus)] : []),
    presence(set),
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
