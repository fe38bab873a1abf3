import { atom, peekHeaders } from '../connections/imap/commands.ts';
import type { FetchMessageObject } from '../connections/imap/replies.ts';
import type { ImapToken } from '../connections/imap/wire.ts';
import type { MimePart } from '../domain/mime-part.ts';
import { otherAddress, sendersOf } from './senders.ts';
import { mimeTree } from './structure.ts';

/** A folder at one time of its life: UIDs mean something only together with the UIDVALIDITY. */
export interface FolderPlace {
  folder: string;
  uidValidity: bigint;
}

/** What never changes about a message, from one FETCH. */
export interface Facts {
  uid: number;
  /** Its `from` is what the From field says. */
  envelope: NonNullable<FetchMessageObject['envelope']>;
  /** Whom the server takes for the sender, where that is somebody else. */
  otherFrom?: string;
  structure: MimePart;
  arrived: Date;
  /** When it was sent, or when it arrived if the sender's date is missing or cannot be; by it lists are ordered. */
  date: Date;
  /** The server's description of its parts or recipients could not be read, or not to its end. */
  salvaged: boolean;
  /** Bytes (RFC822.SIZE). */
  size: number;
}

/** What `facts` needs, and with it further header fields. */
export function factItems(headers: readonly string[] = []): ImapToken[] {
  const items = ['UID', 'FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODYSTRUCTURE'];
  return [...items.map(atom), peekHeaders(['From', ...headers])];
}

/** Whether the server told of it what every message has. */
export function isTold(message: FetchMessageObject | undefined): boolean {
  return message?.internalDate !== undefined && message.flags !== undefined;
}

/** undefined when the server left something out, as for a message that vanished meanwhile. */
export function facts(message: FetchMessageObject | undefined): Facts | undefined {
  if (!message) return undefined;
  const { uid, internalDate, bodyStructure } = message;
  if (!internalDate || !message.flags) return undefined;
  const arrived = arrival(internalDate, message.envelope?.date);
  const structure = mimeTree(bodyStructure ?? { type: 'text/plain', size: message.size ?? 0 });
  const envelope = message.envelope ?? {};
  const senders = message.headers ? sendersOf(message.headers) : [];
  const from = senders.length > 0 ? senders : envelope.from;
  const otherFrom = otherAddress(envelope.from, from);
  return {
    uid,
    envelope: { ...envelope, ...(from ? { from } : {}) },
    ...(otherFrom ? { otherFrom } : {}),
    structure,
    arrived,
    date: sentOrArrived(envelope.date, arrived),
    salvaged: bodyStructure === undefined || message.shortened === true,
    size: message.size ?? 0,
  };
}

/** What the server calls the time of arrival; where that is no time, when it was sent, or the beginning of all times. */
function arrival(internalDate: string | Date, sent: unknown): Date {
  const candidates = [new Date(internalDate), sent instanceof Date ? sent : new Date(Number.NaN)];
  return candidates.find((date) => !Number.isNaN(date.getTime())) ?? new Date(0);
}

/**
 * A mail cannot have been sent after it arrived: then, or without a date, the arrival counts. A Date is what the sender
 * says. An old one is believed, for the mail of an archive brought here today belongs into its year; who lies so hides
 * nothing but the own mail. A later one is not: nobody may stand above what comes after.
 */
function sentOrArrived(sent: unknown, arrived: Date): Date {
  const time = sent instanceof Date ? sent.getTime() : Number.NaN;
  return time <= arrived.getTime() ? new Date(time) : arrived;
}

const flagNames: Record<string, string> = {
  '\\flagged': 'flagged',
  '\\answered': 'answered',
  '\\draft': 'draft',
  $forwarded: 'forwarded',
};
/** Marks that servers and spam filters keep for themselves. */
const bookkeeping = new Set([
  '\\seen',
  '\\recent',
  '\\deleted',
  '$hasattachment',
  '$hasnoattachment',
  '$mdnsent',
  'notjunk',
  '$notjunk',
  'nonjunk',
  'junkrecorded',
]);

/** Nobody labels a mail with more; and the longest keyword we set ourselves. */
const [maxKeywords, maxKeywordChars] = [20, 100];

/** IMAP flags in the model's words: `unread` for a missing \Seen, then the rest; keywords as they are, if not too many. */
export function flagWords(flags: ReadonlySet<string> | undefined): string[] {
  const all = [...(flags ?? [])];
  const seen = all.some((flag) => flag.toLowerCase() === '\\seen');
  let keywords = 0;
  const words = all.flatMap((flag) => {
    if (bookkeeping.has(flag.toLowerCase())) return [];
    const known = flagNames[flag.toLowerCase()];
    if (known !== undefined) return [known];
    return ++keywords > maxKeywords ? [] : [flag.slice(0, maxKeywordChars)];
  });
  return [...(seen ? [] : ['unread']), ...words];
}
