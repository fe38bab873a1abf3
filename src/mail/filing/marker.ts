import type { Imap } from '../../connections/imap.ts';
import { atom, select, uidFetch } from '../../connections/imap-commands.ts';
import { fetchedMessages } from '../../connections/imap-replies.ts';
import type { ImapSession } from '../../connections/imap-session.ts';
import { uidStore } from '../../connections/imap-write-commands.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { Failed, MarkedMail } from '../../domain/filing.ts';
import { flagWords } from '../fetched.ts';
import { type Batch, idOf, uidSet } from './batch.ts';
import { begin, failureCode, readOnly, refusalIn, type Trouble, untilLost } from './change.ts';
import { look, type Sight } from './look.ts';
import { type Marks, satisfied } from './marks.ts';
import { failedOf, type Outcome } from './outcome.ts';
import { ifPossible, standing } from './recheck.ts';

type Marked = MarkedMail['updated'][number];

/** Flags as the server showed them after the change, by UID. */
type Flags = Map<number, ReadonlySet<string>>;

/** Sets and clears flags of the mails of one folder; all others stay as they are. */
export class Marker {
  private readonly imap: Imap;

  constructor(imap: Imap) {
    this.imap = imap;
  }

  /** @throws MailboxError when the mails could not be looked at; then nothing was changed. */
  async mark(batch: Batch, marks: Marks, signal: AbortSignal): Promise<Outcome<Marked>> {
    let flags: Flags | undefined;
    let trouble: Trouble | undefined;
    const sight = await this.imap.change([batch.folder], signal, async (session, commit) => {
      const seen = await look(session, batch, signal);
      if (seen.seen.size === 0) return seen;
      begin(session, commit);
      trouble = await untilLost(async () => {
        const set = uidSet(seen.seen.keys());
        const replies = await session.run(commandsFor(set, marks), { signal });
        const proof = replies.at(-1);
        if (proof?.status === 'OK') flags = await flagsIn(proof);
        const refusal = refusalIn(replies, 'mark e-mails', this.imap.access);
        const kept = flags ?? new Map();
        const stuck = [...kept.values()].every((now) => satisfied(now, marks));
        return stuck ? refusal : (refusal ?? (await this.silentRefusal(session, batch, signal)));
      });
      return seen;
    });
    flags ??= await this.flagsNow(batch, sight, trouble, signal);
    const outcome = judge(batch, sight, marks, flags, trouble);
    if (outcome.done.length > 0) this.imap.access.worked();
    return outcome;
  }

  /** The server said OK and changed nothing: a folder open for reading only, or a flag it does not keep. */
  private async silentRefusal(session: ImapSession, batch: Batch, signal: AbortSignal): Promise<Trouble> {
    const [opened] = await session.run([select(batch.folder, session.supports('CONDSTORE'))], { signal });
    const error =
      opened?.code === 'READ-ONLY'
        ? readOnly(this.imap.access)
        : new MailboxError('unsupported', 'The mail server does not keep this mark.');
    return { error, lost: false };
  }

  /** After an answer that did not come; undefined when the flags cannot be asked. */
  private async flagsNow(
    batch: Batch,
    { seen }: Sight,
    trouble: Trouble | undefined,
    signal: AbortSignal,
  ): Promise<Flags | undefined> {
    if (seen.size === 0) return new Map();
    return await ifPossible(async () => {
      const now = await standing(this.imap, batch, [...seen.keys()], {
        signal,
        lost: trouble?.lost === true,
      });
      return new Map([...now].map(([uid, message]) => [uid, message.flags]));
    });
  }
}

/** One round trip; only what is named is added or taken away, so that unknown keywords survive. */
function commandsFor(set: string, { plus, minus }: Marks) {
  return [
    ...(plus.length > 0 ? [uidStore(set, '+', plus)] : []),
    ...(minus.length > 0 ? [uidStore(set, '-', minus)] : []),
    uidFetch(set, [atom('UID'), atom('FLAGS')]),
  ];
}

async function flagsIn(proof: Parameters<typeof fetchedMessages>[0]): Promise<Flags> {
  const messages = await fetchedMessages(proof);
  return new Map(messages.flatMap(({ uid, flags }) => (flags ? [[uid, flags] as const] : [])));
}

function judge(
  batch: Batch,
  { seen, missing }: Sight,
  marks: Marks,
  flags: Flags | undefined,
  trouble: Trouble | undefined,
): Outcome<Marked> {
  if (!flags) return { done: [], failed: [...missing, ...failedOf(batch, seen.keys(), 'unknown_outcome')] };
  const done: Marked[] = [];
  const failed: Failed = [...missing];
  for (const uid of seen.keys()) {
    const id = idOf(batch, uid);
    const now = flags.get(uid);
    if (!now) failed.push({ id, code: 'not_found' });
    else if (satisfied(now, marks)) done.push({ id, flags: flagWords(now) });
    else failed.push({ id, code: failureCode(trouble) });
  }
  return { done, failed };
}
