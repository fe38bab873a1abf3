import { atom, text, uidSearch } from '../../connections/imap/commands.ts';
import { foundUids } from '../../connections/imap/replies.ts';
import type { ImapToken } from '../../connections/imap/wire.ts';
import { MailboxError } from '../../domain/errors.ts';
import type { MailRef } from '../../domain/mail-id.ts';
import type { Appender, NewMessage, Place } from './appender.ts';
import type { LateCopies } from './late-copies.ts';

const maxAsked = 50;
const maxKnown = 2000;

/** The folder of sent mail: what was sent, to whom, and where the copies go. */
export class SentFolder {
  private readonly appender: Appender;
  private readonly late: LateCopies;
  /** Addresses that occur in Sent; once true it stays so for long. */
  private readonly known = new Set<string>();
  /** Where it ended at the last look or copy; by now it may go on. */
  ended: Place | undefined;

  constructor(appender: Appender, late: LateCopies) {
    this.appender = appender;
    this.late = late;
  }

  /** Where Sent ends. */
  async place(signal: AbortSignal): Promise<Place> {
    return (await this.appender.look('sent', [], signal)).place;
  }

  /** Those of whom it is not known yet that they were written to. */
  unknown(addresses: readonly string[]): string[] {
    return addresses.filter((address) => !this.known.has(address.toLowerCase()));
  }

  /**
   * Which of these people were never written to: one round trip, or none where that is known. Of many people only the
   * first fifty are asked for.
   */
  async strangers(addresses: readonly string[], signal: AbortSignal): Promise<string[]> {
    const asked = this.unknown(addresses).slice(0, maxAsked);
    if (asked.length === 0) return [];
    const questions = asked.map((address) => uidSearch(writtenTo(address), undefined));
    const { replies } = await this.appender.look('sent', questions, signal);
    const strangers: string[] = [];
    for (const [index, address] of asked.entries()) {
      const reply = replies[index];
      if (reply && foundUids(reply).uids.length > 0) this.remember(address);
      else strangers.push(address);
    }
    return strangers;
  }

  /** After a message has gone out. */
  remember(address: string): void {
    if (this.known.size < maxKnown) this.known.add(address.toLowerCase());
  }

  /** Files the copy, read, unless the server has filed it itself. @returns the folder's path. */
  async file(place: Place, raw: Uint8Array, messageId: string, signal: AbortSignal): Promise<string> {
    const message = { raw, messageId, flags: ['\\Seen'] };
    const stored = await this.stored(place, message, signal);
    const { folder, uidValidity, uid } = stored;
    this.late.watch(stored, messageId);
    this.ended = { folder, uidValidity, uidNext: uid + 1 };
    return folder;
  }

  /** Proven not to be stored, the copy is stored once more, in the folder as it is called by now. */
  private async stored(place: Place, message: NewMessage, signal: AbortSignal): Promise<MailRef> {
    try {
      return await this.appender.append(place, message, { unlessThere: true, signal });
    } catch (error) {
      const notStored = error instanceof MailboxError && ['not_found', 'unavailable'].includes(error.code);
      if (!notStored) throw error;
      const { place: now } = await this.appender.look('sent', [], signal);
      // What arrives late lies where it was sent first.
      const isSame = now.folder === place.folder && now.uidValidity === place.uidValidity;
      return await this.appender.append(isSame ? place : now, message, { unlessThere: true, signal });
    }
  }
}

function writtenTo(address: string): ImapToken[] {
  const [to, cc, bcc] = ['TO', 'CC', 'BCC'].map((field) => [atom(field), text(address)]);
  return [atom('OR'), ...(to ?? []), atom('OR'), ...(cc ?? []), ...(bcc ?? [])];
}
