import { formatAddress } from '../../content/address.ts';
import { MailboxError, toMailboxError } from '../../domain/errors.ts';
import { formatMailId } from '../../domain/mail-id.ts';
import type { CallContext } from '../../domain/mail-port.ts';
import type { Draft, OutboxWarning, SentMail } from '../../domain/outbox.ts';
import type { DraftRequest, OutboxPort, SendContext, SendRequest } from '../../domain/outbox-port.ts';
import type { Log } from '../../log.ts';
import { fittingChanges } from '../fit.ts';
import type { Clearance, Looked } from './clearance.ts';
import type { Composer } from './composer.ts';
import { type Delivery, strangerWarning } from './delivery.ts';
import { pendingWith } from './draft-marks.ts';
import type { DraftReader } from './draft-reader.ts';
import type { Drafts, StoredDraft } from './drafts.ts';
import type { Originals } from './originals.ts';
import { type Outgoing, recipientsOf } from './outgoing.ts';
import type { About } from './repeat-criteria.ts';
import { keptMessageId } from './replaced-draft.ts';
import type { SendGuard } from './send-guard.ts';
import type { SentFolder } from './sent-folder.ts';

export interface OutboxOptions {
  composer: Composer;
  clearance: Clearance;
  delivery: Delivery;
  drafts: Drafts;
  reader: DraftReader;
  originals: Originals;
  sent: SentFolder;
  guard: SendGuard;
  log: Log;
}

const notWithDraft = 'to cc bcc subject text html attachments from inReplyTo replyAll forwardOf'.split(' ');

/** Mail on its way out: composed, kept as a draft, sent. */
export class Outbox implements OutboxPort {
  private readonly options: OutboxOptions;

  constructor(options: OutboxOptions) {
    this.options = options;
  }

  /** How long until the next message may be sent, in milliseconds. */
  get waitMs(): number {
    return this.options.guard.waitMs;
  }

  /** Resolves when no message is between its hand-over and its copy; at the latest after so many milliseconds. */
  async settled(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.options.delivery.settled(), late]);
    clearTimeout(timer);
  }

  async send(request: SendRequest, context: SendContext): Promise<SentMail> {
    return await orNothingSent(() => this.compose(request, context));
  }

  async sendDraft({ id }: { id: string }, context: SendContext): Promise<SentMail> {
    return await orNothingSent(() => this.sendStored(id, undefined, context));
  }

  private async compose(request: SendRequest, context: SendContext): Promise<SentMail> {
    const { draft, idempotencyKey } = request;
    if (draft !== undefined) {
      refuseBesidesDraft(request);
      return await this.sendStored(draft, idempotencyKey, context);
    }
    const { composer, delivery, clearance } = this.options;
    const { signal } = context;
    let looking: Promise<Looked> | undefined;
    const addressed = (about: About) => {
      if (idempotencyKey === undefined) looking = clearance.look(about, signal);
    };
    const outgoing = await composer.compose(request, { idempotencyKey, addressed }, signal);
    return await delivery.deliver({ outgoing, idempotencyKey, draft: undefined, looking }, context);
  }

  private async sendStored(
    id: string,
    idempotencyKey: string | undefined,
    context: SendContext,
  ): Promise<SentMail> {
    const { composer, drafts, reader, originals, delivery, guard } = this.options;
    // Once it was sent the draft is gone.
    if (idempotencyKey !== undefined) guard.refuseKey(idempotencyKey);
    const draft = await drafts.load(id, context.signal);
    this.refuseAgain(draft, idempotencyKey);
    const outgoing = await reader.read(draft, context.signal);
    const kinship = await originals.of(draft.raw, context.signal);
    const warnings = kinship.warnings.length > 0 ? kinship.warnings : outgoing.warnings;
    return await delivery.deliver(
      {
        ...{ outgoing: { ...outgoing, ...kinship, warnings }, idempotencyKey },
        ...{ draft: draft.ref, marks: draft.marks },
        keyId: idempotencyKey === undefined ? undefined : composer.keyId(idempotencyKey),
      },
      context,
    );
  }

  /**
   * A new key is the caller's word only after they were told of a doubt: another process may be sending the draft now.
   * @throws MailboxError `conflict`
   */
  private refuseAgain(draft: StoredDraft, key: string | undefined): void {
    const { fate, ref, isKnownHere, triedWith } = draft;
    const isMeant = key !== undefined && !triedWith(key) && (fate === 'sent' || isKnownHere);
    if (fate === undefined || isMeant) return;
    this.options.drafts.marks.tell(ref);
    throw sentAlready(fate, keptMessageId(draft));
  }

  /** The new draft is stored before the one it replaces is removed, so that there is one at every moment. */
  async createDraft(request: DraftRequest, { signal }: CallContext): Promise<Draft> {
    const { composer, drafts, originals } = this.options;
    const replaced = request.replaces === undefined ? undefined : await drafts.load(request.replaces, signal);
    const kinship = replaced && (await originals.of(replaced.raw, signal));
    const about = kinship?.marks[0];
    const composed = await composer.compose(request, { replaced, about, draft: true }, signal);
    const outgoing = { ...composed, familiar: [...composed.familiar, ...(kinship?.familiar ?? [])] };
    // A doubt goes with the Message-ID, whatever is changed of the text.
    const keywords = replaced?.fate === undefined ? [] : pendingWith(undefined);
    const ref = await drafts.store(outgoing.raw, outgoing.messageId, signal, keywords);
    originals.remember(outgoing.messageId, outgoing);
    const warnings = [
      ...outgoing.warnings,
      ...(await this.strangers(outgoing, signal)),
      ...(replaced ? await this.removeReplaced(replaced, signal) : []),
    ];
    const { messageId, from, to, cc, bcc, subject, attachments } = outgoing;
    const [shownTo, shownCc, shownBcc] = [to, cc, bcc].map((list) => list.map(formatAddress));
    const told = {
      ...{ id: formatMailId(ref), messageId, folder: ref.folder, from: formatAddress(from) },
      ...{ to: shownTo ?? [], cc: shownCc, bcc: shownBcc, subject },
      attachments: attachments.map(({ name, size }) => ({ name, size })),
      warnings,
    };
    return fittingChanges(told, ['attachments', 'bcc', 'cc', 'to']);
  }

  private async removeReplaced({ ref }: StoredDraft, signal: AbortSignal): Promise<OutboxWarning[]> {
    try {
      if (await this.options.drafts.remove(ref, signal)) return [];
    } catch (error) {
      this.options.log.warn('a replaced draft was not removed', { cause: error });
    }
    const detail = `The draft ${formatMailId(ref)} was replaced but is still there.`;
    return [{ code: 'draft_not_removed', detail }];
  }

  /** Without a look into Sent nobody is called a stranger. */
  private async strangers(outgoing: Outgoing, signal: AbortSignal): Promise<OutboxWarning[]> {
    const familiar = new Set(outgoing.familiar.map((address) => address.toLowerCase()));
    const asked = recipientsOf(outgoing)
      .map(({ address }) => address)
      .filter((address) => !familiar.has(address.toLowerCase()));
    try {
      return strangerWarning(await this.options.sent.strangers(asked, signal));
    } catch (error) {
      this.options.log.warn('the folder of sent mail could not be looked into', { cause: error });
      return [];
    }
  }
}

const nothingSent = 'Nothing was sent.';

/** Every error of a send says so: whoever reads it must not wonder. */
async function orNothingSent<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, message, hint, retryable, cause } = toMailboxError(error);
    const said = [message, hint ?? ''].some((text) =>
      /Nothing was sent(?: now| by this call)?\./u.test(text),
    );
    const details = { retryable, cause: cause ?? error, ...(hint === undefined ? {} : { hint }) };
    throw new MailboxError(code, said ? message : `${message} ${nothingSent}`, details);
  }
}

function sentAlready(fate: 'sent' | 'unknown', messageId: string | undefined): MailboxError {
  const which = messageId === undefined ? '' : ` (Message-ID ${messageId})`;
  const said =
    fate === 'sent' ? `was sent already${which}` : `may have been sent already${which}; nobody knows`;
  return new MailboxError('conflict', `This draft ${said}. ${nothingSent}`, {
    hint: 'Look into Sent in a moment: another process may be sending it now. Ask the recipient, or look for an answer or a bounce. To send it on purpose: send_email with draft and a new idempotencyKey.',
  });
}

function refuseBesidesDraft(request: SendRequest): void {
  const given = Object.entries(request).flatMap(([field, value]) =>
    value !== undefined && notWithDraft.includes(field) ? [field] : [],
  );
  if (given.length === 0) return;
  throw new MailboxError('invalid_input', `A draft is sent as it is; leave out ${given.join(', ')}.`, {
    hint: 'To change it first, call create_draft with replaces.',
  });
}
