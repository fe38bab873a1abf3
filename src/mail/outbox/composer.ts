import { randomBytes } from 'node:crypto';
import { domainOf } from '../../content/address.ts';
import { checkHeaderText } from '../../content/header-text.ts';
import { type Mailbox, parseMailbox, parseMailboxes } from '../../content/mailbox.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { ComposeRequest } from '../../domain/outbox-port.ts';
import type { Recipients } from '../compose/addresses.ts';
import type { LoadedAttachment } from '../compose/attachments.ts';
import { guessLanguage } from '../compose/language.ts';
import { compileMessage } from '../compose/message.ts';
import { messageIdOfKey, newMessageId } from '../compose/message-id.ts';
import { checkSender, type OwnAddresses } from '../compose/own-addresses.ts';
import { withGiven } from '../compose/reply-recipients.ts';
import { attachmentWarnings } from '../compose/send-warnings.ts';
import { type Basis, nothing } from './basis.ts';
import type { BasisLoader } from './basis-loader.ts';
import type { StoredDraft } from './drafts.ts';
import type { OriginalMark, Outgoing } from './outgoing.ts';
import type { About } from './repeat-criteria.ts';
import { keptMessageId } from './replaced-draft.ts';

export interface ComposerOptions {
  bases: BasisLoader;
  own: OwnAddresses;
  /** The sender's display name. */
  name: string | undefined;
  now?: () => Date;
  randomHex?: () => string;
}

export interface ComposeOptions {
  /** Gives the message an id that is the same after a restart. */
  idempotencyKey?: string | undefined;
  /** The draft this one replaces: what the request leaves out stays as it was, and so does its Message-ID. */
  replaced?: StoredDraft | undefined;
  /** The mail that draft answers or forwards. */
  about?: OriginalMark | undefined;
  /** Told about what and to whom it goes, while its bytes are still made. */
  addressed?(about: About): void;
  /** It becomes a draft: the size a server takes for sending is asked for, but need not be known. */
  draft?: true;
}

/** Makes a message of what the caller says and what it answers, forwards or replaces. Compiled once, to bytes. */
export class Composer {
  private readonly options: ComposerOptions;

  constructor(options: ComposerOptions) {
    this.options = options;
  }

  /** @throws MailboxError `invalid_input` naming the field at fault, or what loading the original threw. */
  async compose(request: ComposeRequest, options: ComposeOptions, signal: AbortSignal): Promise<Outgoing> {
    requireSense(request, options);
    const given = givenRecipients(request);
    const sender = request.from === undefined ? undefined : this.givenSender(request.from);
    const subject = request.subject === undefined ? undefined : checkHeaderText('subject', request.subject);
    const context = { fallback: () => guessLanguage(request.text ?? ''), ...options };
    const { basis, added } = await this.options.bases.load(request, context, signal);
    const from = sender ?? this.defaultSender(basis.from);
    const recipients = options.replaced ? replacedRecipients(basis, given, request) : withGiven(basis, given);
    const about = subject ?? basis.subject;
    options.addressed?.({ subject: about, to: recipients.to[0]?.address });
    const body = await bodyOf(request, basis);
    const attachments = [...added, ...basis.attachments];
    const messageId = this.messageId(from, options);
    const raw = await compileMessage({
      ...{ from, ...recipients, messageId, ...basis.link, ...body, attachments },
      subject: about,
      date: this.options.now?.() ?? new Date(),
    });
    return {
      ...{ raw, messageId, from, ...recipients, subject: about },
      attachments: attachments.map(({ filename, content }) => ({ name: filename, size: content.byteLength })),
      warnings: [...basis.warnings, ...attachmentWarnings(await ownText(request), names(attachments))],
      familiar: basis.familiar,
      marks: basis.marks,
    };
  }

  /** The Message-ID of mail with this key, whatever address it is sent from. */
  keyId(idempotencyKey: string): string {
    const [account = ''] = this.options.own.sendable;
    return messageIdOfKey(domainOf(account) ?? 'localhost', account, idempotencyKey);
  }

  private givenSender(from: string): Mailbox {
    const sender = checkSender(this.options.own, parseMailbox('from', from));
    return this.named(sender);
  }

  private defaultSender(given: Mailbox | undefined): Mailbox {
    const { own } = this.options;
    const [main = ''] = own.sendable;
    const address = given && own.senderFor(given.address);
    return this.named(address ? { ...given, address } : { address: main });
  }

  private named(sender: Mailbox): Mailbox {
    const { name } = this.options;
    return sender.name === undefined && name ? { name, ...sender } : sender;
  }

  private messageId({ address }: Mailbox, { idempotencyKey, replaced }: ComposeOptions): string {
    const domain = domainOf(address) ?? 'localhost';
    const kept = replaced && keptMessageId(replaced);
    if (kept !== undefined) return kept;
    if (idempotencyKey !== undefined) return this.keyId(idempotencyKey);
    return newMessageId(domain, this.options.randomHex?.() ?? randomBytes(16).toString('hex'));
  }
}

function requireSense(request: ComposeRequest, { draft }: ComposeOptions): void {
  const { inReplyTo, forwardOf, replyAll, text, html } = request;
  const wrong = (message: string, hint: string) => new MailboxError('invalid_input', message, { hint });
  if (inReplyTo !== undefined && forwardOf !== undefined) {
    throw wrong('inReplyTo and forwardOf exclude each other.', 'A message answers a mail or forwards one.');
  }
  if (replyAll && inReplyTo === undefined) {
    throw wrong('replyAll needs inReplyTo.', 'Give the id of the mail that is answered.');
  }
  if (!draft && forwardOf === undefined && !text && !html) {
    throw wrong('text is missing.', 'Give what the message says in text.');
  }
}

function givenRecipients({ to = [], cc = [], bcc = [] }: ComposeRequest): Recipients {
  return { to: parseMailboxes('to', to), cc: parseMailboxes('cc', cc), bcc: parseMailboxes('bcc', bcc) };
}

/** In a draft that replaces another each list that is given takes the place of the old one. */
function replacedRecipients(basis: Basis, given: Recipients, request: ComposeRequest): Recipients {
  if (request.inReplyTo !== undefined) return withGiven(basis, given);
  const { to, cc, bcc } = request;
  const lists = {
    to: to ? given.to : basis.to,
    cc: cc ? given.cc : basis.cc,
    bcc: bcc ? given.bcc : basis.bcc,
  };
  return withGiven(nothing, lists);
}

/** Text and HTML in step; what the author wrote stands above. HTML's parsers are loaded only where there is some. */
async function bodyOf(
  { text, html }: ComposeRequest,
  { below }: Basis,
): Promise<{ text: string; html?: string }> {
  const own = await ownText({ text, html });
  const whole = [own.trimEnd(), below.text].filter((part) => part !== '').join('\n\n');
  const markup = html ?? below.html;
  if (html === undefined || below.html === undefined)
    return { text: whole, ...(markup ? { html: markup } : {}) };
  const { belowHtml } = await import('../compose/quote-html.ts');
  return { text: whole, html: belowHtml(html, below.html) };
}

/** What the author wrote, as text. */
async function ownText({ text, html }: ComposeRequest): Promise<string> {
  if (text?.trim() || html === undefined) return text ?? '';
  const { htmlToText } = await import('../../content/html.ts');
  return htmlToText(html).text;
}

/** Pictures within the text are nothing that a text would speak of as attached. */
function names(attachments: readonly LoadedAttachment[]): string[] {
  return attachments.flatMap(({ filename, cid }) => (cid === undefined ? [filename] : []));
}
