import { parseHeaders } from '../../content/headers.ts';
import type { MailRef } from '../../domain/mail-id.ts';
import type { Log } from '../../log.ts';
import type { Content } from '../compose/wire-bytes.ts';
import type { Place } from './appender.ts';
import type { Outgoing } from './outgoing.ts';
import type { RepeatLook, RepeatLooked, Sought } from './repeat-look.ts';
import type { SentFolder } from './sent-folder.ts';

export interface ClearanceOptions {
  repeats: RepeatLook;
  sent: SentFolder;
  log: Log;
}

export interface ClearanceRequest {
  outgoing: Outgoing;
  idempotencyKey: string | undefined;
  /** The draft that is being sent, which itself is no repeat. */
  draft: MailRef | undefined;
  /** The look, when it is under way already. */
  looking?: Promise<Looked> | undefined;
}

/** Nothing is known when the look has failed. */
export type Looked = Partial<RepeatLooked>;

/**
 * So long a message is held back at most: Postfix under stress gives up on a silent client after ten seconds, and a
 * mailbox that cannot be read must not keep mail from being sent.
 */
const patienceMs = 4000;

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
   * @throws MailboxError `conflict` for a repeat.
   */
  async give(request: ClearanceRequest, content: Content, call: AbortSignal): Promise<Place | undefined> {
    const { outgoing, idempotencyKey, draft, looking } = request;
    if (idempotencyKey !== undefined) {
      const { sent } = this.options;
      const looked = await this.patiently(call, async (signal) => ({ place: await sent.place(signal) }));
      return looked.place;
    }
    const about = { subject: subjectOf(content), to: outgoing.to[0]?.address, draft };
    const { place, repeats } = await (looking ?? this.look(about, call));
    const repeat = repeats?.(content);
    if (repeat) throw repeat;
    return place;
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
