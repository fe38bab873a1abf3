import { domainOf } from '../../content/address.ts';
import { cleanLine } from '../../content/clean.ts';
import { parseHeaders } from '../../content/headers.ts';
import { splitQuoted } from '../../content/quotes.ts';
import type { ContentReader } from '../../content/worker/content-reader.ts';
import { MailboxError } from '../../domain/errors.ts';
import { formatMailId, type MailRef } from '../../domain/mail-id.ts';
import { isMessageId, messageIdOfKey } from '../compose/message-id.ts';
import { loadOriginal } from '../compose/original.ts';
import { checkSender, type OwnAddresses } from '../compose/own-addresses.ts';
import { attachmentWarnings } from '../compose/send-warnings.ts';
import { envelopeOf } from '../compose/wire-bytes.ts';
import type { MessageStore } from '../message-store.ts';
import type { StoredDraft } from './drafts.ts';
import type { Outgoing } from './outgoing.ts';

export interface DraftReaderOptions {
  content: ContentReader;
  store: MessageStore;
  own: OwnAddresses;
  now?: () => Date;
}

/** Reads a stored draft as the message it will be: its bytes as they are, completed by what no mail may lack. */
export class DraftReader {
  private readonly options: DraftReaderOptions;

  constructor(options: DraftReaderOptions) {
    this.options = options;
  }

  /**
   * @throws MailboxError `invalid_input` when the draft names no proper sender or recipients, `forbidden` when its
   * sender is not an address of the account.
   */
  async read({ ref, raw }: StoredDraft, signal: AbortSignal): Promise<Outgoing> {
    const { from, to, cc, bcc } = envelopeOf(raw);
    const sender = checkSender(this.options.own, from);
    const headers = parseHeaders(raw);
    const { messageId, missing } = this.identity(headers.all('message-id'), ref, sender.address);
    const date = headers.first('date') === undefined ? [`Date: ${rfc5322Date(this.now())}`] : [];
    const added = [...missing, ...date].map((line) => `${line}\r\n`).join('');
    const { text, attachments } = await this.content(ref, signal);
    return {
      raw: added === '' ? raw : Buffer.concat([Buffer.from(added), raw]),
      messageId,
      ...{ from: sender, to, cc, bcc },
      subject: cleanLine(headers.first('subject') ?? '', 500),
      attachments,
      warnings: attachmentWarnings(
        text,
        attachments.map(({ name }) => name),
      ),
      ...{ familiar: [], marks: [] },
    };
  }

  /** Its text, without what it quotes, and what is attached to it. */
  private async content(ref: MailRef, signal: AbortSignal) {
    const { content, store } = this.options;
    const { text, attachments } = await loadOriginal(
      { content, store, authservIds: [] },
      formatMailId(ref),
      { html: false },
      signal,
    );
    return {
      text: splitQuoted(text).text,
      attachments: attachments.map(({ name, size }) => ({ name, size })),
    };
  }

  /** A draft without an id gets the same at every try, so that it is found where it was sent before. */
  private identity(
    ids: readonly string[],
    ref: MailRef,
    sender: string,
  ): { messageId: string; missing: string[] } {
    const [id, ...others] = ids;
    if (id === undefined) {
      const [account = ''] = this.options.own.sendable;
      const made = messageIdOfKey(domainOf(sender) ?? 'localhost', account, `draft ${formatMailId(ref)}`);
      return { messageId: made, missing: [`Message-ID: ${made}`] };
    }
    if (others.length === 0 && isMessageId(id)) return { messageId: id, missing: [] };
    throw new MailboxError('invalid_input', 'The draft has a broken Message-ID.', {
      hint: 'Write it anew with create_draft, or finish it in the program it was made with.',
    });
  }

  private now(): Date {
    return this.options.now?.() ?? new Date();
  }
}

function rfc5322Date(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}
