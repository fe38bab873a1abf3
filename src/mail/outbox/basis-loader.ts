import type { Smtp } from '../../connections/smtp.ts';
import type { ContentReader } from '../../content/worker/content-reader.ts';
import { MailboxError } from '../../domain/errors.ts';
import { formatMailId } from '../../domain/mail-id.ts';
import type { ComposeRequest } from '../../domain/outbox-port.ts';
import type { Log } from '../../log.ts';
import { base64Size } from '../compose/attachment-size.ts';
import type { AttachmentLimits, AttachmentSource, LoadedAttachment } from '../compose/attachments.ts';
import type { Language } from '../compose/language.ts';
import { loadOriginal, type Original } from '../compose/original.ts';
import { forwardAttachments, inlineImages } from '../compose/original-forward.ts';
import type { OwnAddresses } from '../compose/own-addresses.ts';
import type { Sanitise } from '../compose/quote-html.ts';
import type { MessageStore } from '../message-store.ts';
import { type Basis, nothing } from './basis.ts';
import type { StoredDraft } from './drafts.ts';
import type { OriginalMark } from './outgoing.ts';
import { carriedOver, quotedTail } from './replaced-draft.ts';

export interface BasisLoaderOptions {
  content: ContentReader;
  smtp: Smtp;
  store: MessageStore;
  attachments: AttachmentSource;
  own: OwnAddresses;
  zone: string;
  authservIds: readonly string[];
  log: Log;
}

export interface LoadOptions {
  replaced?: StoredDraft | undefined;
  /** The mail the replaced draft answers or forwards: new HTML gets its quote again. */
  about?: OriginalMark | undefined;
  draft?: true;
  /** Language of the quote where the original does not tell. */
  fallback: () => Language;
}

/** Taken where the server for sending does not say how much it takes, or a draft is written while it is away. */
const usualLimit = 50_000_000;

/** A draft does not wait long for the server that is to send it some day. */
const draftPatienceMs = 2000;

/** Fetches what a message starts from, and what is attached to it. */
export class BasisLoader {
  private readonly options: BasisLoaderOptions;

  constructor(options: BasisLoaderOptions) {
    this.options = options;
  }

  /** @returns the basis, with the attachments that come of it, and those the request names. */
  async load(
    request: ComposeRequest,
    options: LoadOptions,
    signal: AbortSignal,
  ): Promise<{ basis: Basis; added: LoadedAttachment[] }> {
    const { basis, attach } = await this.start(request, options, signal);
    const named = request.attachments ?? [];
    if (named.length === 0 && !attach) return { basis, added: [] };
    const maxTotalBytes = await this.limit(options, signal);
    const added = await this.options.attachments.load(named, { maxTotalBytes }, signal);
    const own = attach ? await attach({ maxTotalBytes: maxTotalBytes - transferredBytes(added) }) : [];
    return { basis: { ...basis, attachments: own }, added };
  }

  private async start(request: ComposeRequest, options: LoadOptions, signal: AbortSignal): Promise<Start> {
    const { inReplyTo, forwardOf: forwarded } = request;
    const id = inReplyTo ?? forwarded;
    if (id !== undefined) {
      const original = await this.original(id, request.html !== undefined, signal);
      return inReplyTo === undefined
        ? await this.forward(original, request, options, signal)
        : await this.answer(original, request, options, signal);
    }
    return options.replaced
      ? await this.replaced(options.replaced, request, options, signal)
      : { basis: nothing };
  }

  private async answer(
    original: Original,
    request: ComposeRequest,
    options: LoadOptions,
    signal: AbortSignal,
  ): Promise<Start> {
    const { answerTo } = await import('./answer.ts');
    const replyAll = request.replyAll ?? false;
    const { basis, cids } = await answerTo(original, { ...this.context(request, options, signal), replyAll });
    if (cids.length === 0) return { basis };
    const { attachments } = this.options;
    return { basis, attach: (limits) => inlineImages(attachments, original, { cids }, limits, signal) };
  }

  private async forward(
    original: Original,
    request: ComposeRequest,
    options: LoadOptions,
    signal: AbortSignal,
  ): Promise<Start> {
    const { forwardOf, mustStayWhole } = await import('./forward.ts');
    const { basis, cids } = await forwardOf(original, this.context(request, options, signal));
    const { attachments } = this.options;
    const attach = (limits: AttachmentLimits) =>
      mustStayWhole(original)
        ? attachments.message(original.ref, limits, signal)
        : forwardAttachments(attachments, original, { cids }, limits, signal);
    return { basis, attach };
  }

  /** The old text stays only when no new one is given, the old attachments when none are named. */
  private async replaced(
    draft: StoredDraft,
    request: ComposeRequest,
    options: LoadOptions,
    signal: AbortSignal,
  ): Promise<Start> {
    const original = await this.original(formatMailId(draft.ref), true, signal);
    const { mustStayWhole } = await import('./forward.ts');
    if (mustStayWhole(original)) throw notEditable();
    const { basis, cids } = carriedOver(draft, original);
    const rewritten = request.text !== undefined || request.html !== undefined;
    const quoted = request.html === undefined ? undefined : await this.quoteAgain(request, options, signal);
    const tail = quotedTail(original.text);
    const again = { text: (request.text ?? '').includes(tail) ? '' : tail, html: quoted?.basis.below.html };
    const below = rewritten ? again : basis.below;
    const kept = { ...basis, below, marks: options.about ? [options.about] : [] };
    const { attachments } = this.options;
    const files = (limits: AttachmentLimits) =>
      forwardAttachments(attachments, original, { cids: rewritten ? [] : cids }, limits, signal);
    const attach = async (limits: AttachmentLimits) => [
      ...(request.attachments ? [] : await files(limits)),
      ...((await quoted?.attach?.(limits)) ?? []),
    ];
    return { basis: kept, attach };
  }

  /** For HTML, where the old quote cannot be told from the rest; undefined when the original is no longer there. */
  private async quoteAgain(
    request: ComposeRequest,
    options: LoadOptions,
    signal: AbortSignal,
  ): Promise<Start | undefined> {
    if (!options.about) return undefined;
    const { ref, flag } = options.about;
    try {
      const original = await this.original(formatMailId(ref), request.html !== undefined, signal);
      if (flag === 'answered') return await this.answer(original, request, options, signal);
      // What a forward brings along is attached to the draft already.
      return { basis: (await this.forward(original, request, options, signal)).basis };
    } catch (error) {
      if (error instanceof MailboxError && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  private context(request: ComposeRequest, { fallback }: LoadOptions, signal: AbortSignal) {
    const { content, own, zone } = this.options;
    const sanitise: Sanitise = (html, options) => content.quotable({ html, options }, signal);
    return { own, zone, fallback: fallback(), html: request.html !== undefined, sanitise };
  }

  private async original(id: string, html: boolean, signal: AbortSignal): Promise<Original> {
    const { content, store, authservIds } = this.options;
    return await loadOriginal({ content, store, authservIds }, id, { html }, signal);
  }

  private async limit({ draft }: LoadOptions, signal: AbortSignal): Promise<number> {
    const { smtp, log } = this.options;
    try {
      const patience = draft ? AbortSignal.any([signal, AbortSignal.timeout(draftPatienceMs)]) : signal;
      return (await smtp.maxMessageBytes(patience)) ?? usualLimit;
    } catch (error) {
      if (!draft || signal.aborted) throw error;
      log.info('the size limit for sending is not known', { cause: error });
      return usualLimit;
    }
  }
}

function transferredBytes(attachments: readonly LoadedAttachment[]): number {
  return attachments.reduce(
    (sum, { content, rfc822 }) => sum + (rfc822 ? content.byteLength : base64Size(content.byteLength)),
    0,
  );
}

/** What cannot be carried over would be lost with the old draft. */
function notEditable(): MailboxError {
  return new MailboxError(
    'unsupported',
    'This draft is encrypted, signed or damaged: a change would destroy it.',
    {
      hint: 'It was left as it is. Edit it in the program that wrote it, send it as it is, or write a new draft.',
    },
  );
}

interface Start {
  basis: Basis;
  /** Fetches what of the original goes along. */
  attach?: (limits: AttachmentLimits) => Promise<LoadedAttachment[]>;
}
