import { atom, mailbox } from './commands.ts';
import type { ImapCommand, ImapToken } from './wire.ts';

/** Commands that change the mailbox. Each goes out at most once: its caller looks before and checks after. */

const sequence = (uids: string): ImapToken => ({ type: 'SEQUENCE', value: uids });

/**
 * Adds or removes flags and leaves all others as they are; never called without one (an empty list once cleared all
 * flags in imapflow). Silent: the caller reads the flags back.
 * @param uids sequence set of UIDs, e.g. `4,7:9`.
 * @param modseq only what has not changed since; what has is named by MODIFIED (RFC 7162 §3.1.3).
 */
export const uidStore = (
  uids: string,
  change: '+' | '-',
  flags: readonly string[],
  modseq?: bigint,
): ImapCommand => ({
  name: 'UID STORE',
  args: [
    sequence(uids),
    ...(modseq === undefined ? [] : [[atom('UNCHANGEDSINCE'), atom(String(modseq))]]),
    atom(`${change}FLAGS.SILENT`),
    flags.map(atom),
  ],
  answers: [],
});

/** RFC 6851; the answer's COPYUID comes untagged, before the expunges (§4.3). */
export const uidMove = (uids: string, path: string): ImapCommand => ({
  name: 'UID MOVE',
  args: [sequence(uids), mailbox(path)],
  answers: ['OK', 'EXPUNGE', 'VANISHED'],
});

/** Must be the last of its round trip: its COPYUID stands in the tagged answer. */
export const uidCopy = (uids: string, path: string): ImapCommand => ({
  name: 'UID COPY',
  args: [sequence(uids), mailbox(path)],
  answers: [],
});

/** Removes for good those of the UIDs that are flagged `\Deleted`, and nothing else (RFC 4315 §2.1). */
export const uidExpunge = (uids: string): ImapCommand => ({
  name: 'UID EXPUNGE',
  args: [sequence(uids)],
  answers: ['EXPUNGE', 'VANISHED'],
});

/** Must be the last of its round trip: its APPENDUID stands in the tagged answer. */
export const append = (path: string, flags: readonly string[], raw: Uint8Array): ImapCommand => ({
  name: 'APPEND',
  args: [mailbox(path), flags.map(atom), { type: 'LITERAL', value: Buffer.from(raw) }],
  answers: [],
});

export const create = (path: string): ImapCommand => ({ name: 'CREATE', args: [mailbox(path)], answers: [] });

export const rename = (path: string, newPath: string): ImapCommand => ({
  name: 'RENAME',
  args: [mailbox(path), mailbox(newPath)],
  answers: [],
});

/** Takes the messages with it: the caller makes sure that there are none. */
export const deleteMailbox = (path: string): ImapCommand => ({
  name: 'DELETE',
  args: [mailbox(path)],
  answers: [],
});

/** Webmail and many programs show only subscribed folders. */
export const subscribe = (path: string): ImapCommand => ({
  name: 'SUBSCRIBE',
  args: [mailbox(path)],
  answers: [],
});

export const unsubscribe = (path: string): ImapCommand => ({
  name: 'UNSUBSCRIBE',
  args: [mailbox(path)],
  answers: [],
});
