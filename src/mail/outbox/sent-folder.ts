import { atom, text, uidSearch } from '../../connections/imap-commands.ts';
import { foundUids } from '../../connections/imap-replies.ts';
import type { ImapToken } from '../../connections/imap-wire.ts';
import { type Appender, messageIdCriteria, type Place } from './appender.ts';

const maxAsked = 20;
const maxKnown = 2000;

export interface SentLook {
  place: Place;
  /** Of the addresses asked for, those nobody has written to before. */
  strangers: string[];
}

/** The folder of sent mail: what was sent, to whom, and where the copies go. */
export class SentFolder {
  private readonly appender: Appender;
  /** Addresses that occur in Sent; once true it stays so for long. */
  private readonly known = new Set<string>();

  constructor(appender: Appender) {
    this.appender = appender;
  }

  /**
   * Where Sent ends now and which of these people were never written to, in one round trip. Of many only the first
   * twenty are asked for.
   */
  async look(addresses: readonly string[], signal: AbortSignal): Promise<SentLook> {
    const asked = addresses.filter((address) => !this.known.has(address.toLowerCase())).slice(0, maxAsked);
    const questions = asked.map((address) => uidSearch(writtenTo(address), undefined));
    const { place, replies } = await this.appender.look('sent', questions, signal);
    const strangers: string[] = [];
    for (const [index, address] of asked.entries()) {
      const reply = replies[index];
      if (reply && foundUids(reply).uids.length > 0) this.remember(address);
      else strangers.push(address);
    }
    return { place, strangers };
  }

  /** After a message has gone out. */
  remember(address: string): void {
    if (this.known.size < maxKnown) this.known.add(address.toLowerCase());
  }

  /** Whether a message with this id lies in Sent, whoever filed it. */
  async contains(messageId: string, signal: AbortSignal): Promise<boolean> {
    const question = uidSearch(messageIdCriteria(messageId), undefined);
    const { replies } = await this.appender.look('sent', [question], signal);
    return replies.some((reply) => foundUids(reply).uids.length > 0);
  }

  /** Files the copy, read, unless the server has filed it itself. @returns the folder's path. */
  async file(place: Place, raw: Uint8Array, messageId: string, signal: AbortSignal): Promise<string> {
    const message = { raw, messageId, flags: ['\\Seen'] };
    const { folder } = await this.appender.append(place, message, { unlessThere: true, signal });
    return folder;
  }
}

function writtenTo(address: string): ImapToken[] {
  const [to, cc, bcc] = ['TO', 'CC', 'BCC'].map((field) => [atom(field), text(address)]);
  return [atom('OR'), ...(to ?? []), atom('OR'), ...(cc ?? []), ...(bcc ?? [])];
}
