import type { CallContext } from './mail-port.ts';
import type { Draft, SentMail } from './outbox.ts';

/** One attachment: exactly one of `path`, `contentBase64` (with `name`), `emailId`. */
export interface AttachmentRequest {
  /** A file inside MAILBOX_ATTACHMENT_DIRS. */
  path?: string | undefined;
  name?: string | undefined;
  contentBase64?: string | undefined;
  /** Media type; by the name when left out. */
  type?: string | undefined;
  /** Another mail: its `part`, or without one the whole message as message/rfc822. */
  emailId?: string | undefined;
  part?: string | undefined;
}

export interface ComposeRequest {
  /** Addresses as people write them: `joe@example.org`, `Joe <joe@example.org>`. */
  to?: readonly string[] | undefined;
  cc?: readonly string[] | undefined;
  bcc?: readonly string[] | undefined;
  subject?: string | undefined;
  text?: string | undefined;
  html?: string | undefined;
  attachments?: readonly AttachmentRequest[] | undefined;
  /** One of the account's addresses. */
  from?: string | undefined;
  /** Mail id of the mail this answers. */
  inReplyTo?: string | undefined;
  replyAll?: boolean | undefined;
  /** Mail id of the mail this forwards. */
  forwardOf?: string | undefined;
}

export interface DraftRequest extends ComposeRequest {
  /** Draft id; that draft is removed once the new one is stored, and its Message-ID kept. */
  replaces?: string | undefined;
}

export interface SendRequest extends ComposeRequest {
  /** Draft id; that draft is sent as it is. Nothing else of the message may be given with it. */
  draft?: string | undefined;
  /** A new one allows the same content again; the same one never sends twice. */
  idempotencyKey?: string | undefined;
}

/**
 * Shows the person exactly what is about to leave and resolves to their decision. Rejects when they cannot be asked, and
 * when the question is withdrawn: then it is taken off their screen, and what they answer all the same counts for nothing.
 */
export type Confirm = (question: string, withdrawn: AbortSignal) => Promise<boolean>;

export interface SendContext extends CallContext {
  /** Undefined when the client cannot ask its user. */
  confirm: Confirm | undefined;
}

/** Mail on its way out. Every method throws MailboxError and nothing else; when it throws, nothing was sent. */
export interface OutboxPort {
  send(request: SendRequest, context: SendContext): Promise<SentMail>;
  createDraft(request: DraftRequest, context: CallContext): Promise<Draft>;
  sendDraft(request: { id: string }, context: SendContext): Promise<SentMail>;
}
