import { parseHeaders } from '../../content/headers.ts';
import type { Log } from '../../log.ts';
import type { Content } from '../compose/wire-bytes.ts';
import type { Place } from './appender.ts';
import type { MessageIdLook } from './message-id-look.ts';
import type { PendingDraft, Submission } from './pending-draft.ts';
import type { RepeatLook, RepeatLooked, Sought } from './repeat-look.ts';

export interface ClearanceOptions {
  repeats: RepeatLook;
  ids: MessageIdLook;
  log: Log;
}

export interface ClearanceRequest extends Submission {
  /** The look, when it is under way already. */
  looking?: Promise<Looked> | undefined;
  /** Waited for before the message leaves. */
  pending?: PendingDraft | undefined;
}

/** Nothing is known when the look has failed. */
export type Looked = Partial<RepeatLooked>;

/**
 * So long a message is held back at most: Postfix under stress gives up on a silent client after ten seconds, and a
 * mailbox that cannot be read must not keep mail from being sent.
 */
export const patienceMs = 4000;

/** Lets a message go when the server knows of no repeat, or cannot say: then the memory of this process has to do. */
export class Clearance {
  private readonly options: ClearanceOptions;

  constructor(options: ClearanceOptions) {
    this.options = options;
  }

  /** Never fails. */
  async look(sought: Sought, call: AbortSignal): Promise<Looked> {
    return await this.patiently(call, (signal) => this.options.repeats.look(sought, signal));
  }

  /**
   * A new key is the caller's word that the same is meant to go out again.
   * @returns where Sent ends; undefined when nobody knows: then the copy is looked for in all of it.
   * @throws MailboxError `conflict` for a repeat, and for what another process is sending.
   */
  async give(request: ClearanceRequest, content: Content, call: AbortSignal): Promise<Place | undefined> {
    const { place, repeats } = await this.lookFor(request, content, call);
    await request.pending?.ready;
    const repeat = request.pending?.refusal ?? repeats?.(content);
    if (repeat) throw repeat;
    return place;
  }

  private async lookFor(request: ClearanceRequest, content: Content, call: AbortSignal): Promise<Looked> {
    const { outgoing, idempotencyKey, draft, looking, pending } = request;
    if (idempotencyKey === undefined) {
      const about = { subject: subjectOf(content), to: outgoing.to[0]?.address, draft };
      return await (looking ?? this.look(about, call));
    }
    return await this.patiently(call, async (signal) => {
      // Drafts are asked before Sent, because a message is filed in Sent before its draft goes.
      await pending?.ready;
      return await this.options.ids.lastLook(outgoing.messageId, signal);
    });
  }

  private async patiently(
    call: AbortSignal,
    look: (signal: AbortSignal) => Promise<Looked>,
  ): Promise<Looked> {
    try {
      return await look(AbortSignal.any([call, AbortSignal.timeout(patienceMs)]));
    } catch (error) {
      this.options.log.warn('the folder of sent mail could not be looked into', { cause: error });
      return {};
    }
  }
}

/** As it stands in the bytes; of drafts `Outgoing` has it only as it is shown. */
function subjectOf({ split }: Content): string {
  const field = split.fields.find(({ name }) => name === 'subject');
  return parseHeaders(Buffer.from(field?.text ?? '', 'latin1')).first('subject') ?? '';
}
