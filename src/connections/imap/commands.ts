import { wireName } from './folder-name.ts';
import type { ImapCommand, ImapToken } from './wire.ts';

export const atom = (value: string): ImapToken => ({ type: 'ATOM', value });
export const text = (value: string): ImapToken =>
  /^[\x20-\x7e]*$/u.test(value)
    ? { type: 'STRING', value }
    : { type: 'LITERAL', value: Buffer.from(value.normalize('NFC'), 'utf8') };
/** @param path as `folderPath` makes it. */
export const mailbox = (path: string): ImapToken => ({ type: 'STRING', value: wireName(path) });
const statusItems = (condstore: boolean) =>
  ['MESSAGES', 'UNSEEN', 'UIDNEXT', 'UIDVALIDITY', ...(condstore ? ['HIGHESTMODSEQ'] : [])].map(atom);

export const noop = (): ImapCommand => ({ name: 'NOOP', args: [], answers: [] });

/** Answered before anything that follows it; Dovecot holds the answer to a NOOP back until a search after it is done. */
export const capability = (): ImapCommand => ({ name: 'CAPABILITY', args: [], answers: [] });

/** RFC 3691; leaves no folder selected. */
export const unselect = (): ImapCommand => ({ name: 'UNSELECT', args: [], answers: [], deselects: true });

/** The CONDSTORE parameter makes the server tell HIGHESTMODSEQ (RFC 7162 §3.1.8). */
export const select = (path: string, condstore: boolean): ImapCommand => ({
  name: 'SELECT',
  args: condstore ? [mailbox(path), [atom('CONDSTORE')]] : [mailbox(path)],
  answers: ['FLAGS', 'OK', 'EXISTS'],
  folder: path,
});

/** SELECT that changes nothing: not even `\Recent` is taken from who opens the folder next (RFC 9051 §6.3.3). */
export const examine = (path: string, condstore: boolean): ImapCommand => ({
  ...select(path, condstore),
  name: 'EXAMINE',
});

export const status = (path: string, condstore: boolean): ImapCommand => ({
  name: 'STATUS',
  args: [mailbox(path), statusItems(condstore)],
  answers: ['STATUS'],
});

/** All folders with counts in one round trip (RFC 5819). */
export const listStatus = (condstore: boolean): ImapCommand => ({
  name: 'LIST',
  args: [
    { type: 'STRING', value: '' },
    { type: 'STRING', value: '*' },
    atom('RETURN'),
    [atom('SPECIAL-USE'), atom('STATUS'), statusItems(condstore)],
  ],
  answers: ['LIST', 'STATUS'],
});

/** For servers without LIST-STATUS; special-use attributes still come where the server knows them (RFC 6154 §2). */
export const list = (): ImapCommand => listNamed('*');

/** Tells whether there is a folder of that name. Wildcards in it match others too: the caller compares. */
export const listNamed = (path: string): ImapCommand => ({
  name: 'LIST',
  args: [{ type: 'STRING', value: '' }, mailbox(path)],
  answers: ['LIST'],
});

/** Selected by subscription (RFC 5258 §3.1); needs LIST-EXTENDED. */
export const listSubscribed = (): ImapCommand => ({
  name: 'LIST',
  args: [[atom('SUBSCRIBED')], { type: 'STRING', value: '' }, { type: 'STRING', value: '*' }],
  answers: ['LIST'],
});

/** @param uids sequence set of UIDs, e.g. `4,7:9`. */
export const uidFetch = (uids: string, items: readonly ImapToken[]): ImapCommand => ({
  name: 'UID FETCH',
  args: [{ type: 'SEQUENCE', value: uids }, [...items]],
  answers: ['FETCH'],
});

/** `BODY.PEEK[section]<start.length>`: never sets \Seen (RFC 9051 §6.4.5). */
export const peek = (section: string, partial?: { start: number; length: number }): ImapToken => ({
  type: 'ATOM',
  value: 'BODY.PEEK',
  section: section ? [atom(section)] : [],
  ...(partial ? { partial: [partial.start, partial.length] } : {}),
});

export const peekHeaders = (names: readonly string[]): ImapToken => ({
  type: 'ATOM',
  value: 'BODY.PEEK',
  section: [atom('HEADER.FIELDS'), names.map(atom)],
});

export const uidSearch = (
  criteria: readonly ImapToken[],
  returns: readonly ImapToken[] | undefined,
): ImapCommand => ({
  name: 'UID SEARCH',
  args: [...(returns ? [atom('RETURN'), [...returns]] : []), atom('CHARSET'), atom('UTF-8'), ...criteria],
  answers: ['SEARCH', 'ESEARCH'],
});

/** @param order sort keys, e.g. `['REVERSE', 'ARRIVAL']` (RFC 5256). */
export const uidSort = (
  order: readonly string[],
  criteria: readonly ImapToken[],
  returns: readonly ImapToken[] | undefined,
): ImapCommand => ({
  name: 'UID SORT',
  args: [...(returns ? [atom('RETURN'), [...returns]] : []), order.map(atom), atom('UTF-8'), ...criteria],
  answers: ['SORT', 'ESEARCH'],
});

/** @param algorithm `REFERENCES` or `REFS` (RFC 5256; REFS is Dovecot's, without merging by subject). */
export const uidThread = (algorithm: string, criteria: readonly ImapToken[]): ImapCommand => ({
  name: 'UID THREAD',
  args: [atom(algorithm), atom('UTF-8'), ...criteria],
  answers: ['THREAD'],
});
