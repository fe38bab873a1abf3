import { atom } from '../connections/imap-commands.ts';
import type { FetchMessageObject } from '../connections/imap-replies.ts';
import type { ImapToken } from '../connections/imap-wire.ts';
import type { MimePart } from '../domain/mime-part.ts';
import { mimeTree } from './structure.ts';

const dayMs = 86_400_000;

/** A folder at one time of its life: UIDs mean something only together with the UIDVALIDITY. */
export interface FolderPlace {
  folder: string;
  uidValidity: bigint;
}

/** What never changes about a message, from one FETCH. */
export interface Facts {
  uid: number;
  envelope: NonNullable<FetchMessageObject['envelope']>;
  structure: MimePart;
  arrived: Date;
  /** When it was sent, or when it arrived if the sender's date is missing or cannot be. */
  date: Date;
  /** The server's description of its parts could not be read. */
  salvaged: boolean;
  /** Bytes (RFC822.SIZE). */
  size: number;
}

export const factItems: readonly ImapToken[] = [
  'UID',
  'FLAGS',
  'INTERNALDATE',
  'RFC822.SIZE',
  'ENVELOPE',
  'BODYSTRUCTURE',
].map(atom);

/** undefined when the server left something out, as for a message that vanished meanwhile. */
export function facts(message: FetchMessageObject): Facts | undefined {
  const { uid, internalDate, bodyStructure } = message;
  if (!internalDate || !message.flags) return undefined;
  const arrived = arrival(internalDate, message.envelope?.date);
  const structure = mimeTree(bodyStructure ?? { type: 'text/plain', size: message.size ?? 0 });
  const envelope = message.envelope ?? {};
  return {
    uid,
    envelope,
    structure,
    arrived,
    date: sentOrArrived(envelope.date, arrived),
    salvaged: bodyStructure === undefined,
    size: message.size ?? 0,
  };
}

/** What the server calls the time of arrival; where that is no time, when it was sent, or the beginning of all times. */
function arrival(internalDate: string | Date, sent: unknown): Date {
  const candidates = [new Date(internalDate), sent instanceof Date ? sent : new Date(Number.NaN)];
  return candidates.find((date) => !Number.isNaN(date.getTime())) ?? new Date(0);
}

/** A mail cannot have been sent after it arrived: then, or without a date, the arrival counts. */
function sentOrArrived(sent: unknown, arrived: Date): Date {
  const time = sent instanceof Date ? sent.getTime() : Number.NaN;
  const plausible = time <= arrived.getTime() + dayMs;
  return plausible ? new Date(time) : arrived;
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

/** IMAP flags in the model's words: `unread` for a missing \Seen, then the rest; keywords as they are. */
export function flagWords(flags: ReadonlySet<string> | undefined): string[] {
  const all = [...(flags ?? [])];
  const seen = all.some((flag) => flag.toLowerCase() === '\\seen');
  const words = all
    .filter((flag) => !bookkeeping.has(flag.toLowerCase()))
    .map((flag) => flagNames[flag.toLowerCase()] ?? flag);
  return [...(seen ? [] : ['unread']), ...words];
}
