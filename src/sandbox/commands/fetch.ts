import type { CommandSpec, ImapSession } from '../imap-session.ts';
import type { Numbered } from '../mailbox-view.ts';
import { type Command, keyword, type Output, type Token, tokenText } from '../wire.ts';
import { badArguments, requireText, viewOf } from './arguments.ts';
import { type FetchItem, parseFetchItem } from './fetch-items.ts';

const macros: Record<string, readonly string[]> = {
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'],
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  FULL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'],
};

/** FETCH and UID FETCH, with CHANGEDSINCE (RFC 7162 §3.1.4). */
async function fetch(session: ImapSession, command: Command): Promise<string> {
  const view = viewOf(session);
  const byUid = command.name === 'UID FETCH';
  const targets = view.resolve(requireText(command, 0), byUid);
  if (!targets) throw badArguments(command, 'Invalid messageset.');
  const changedSince = parseModifiers(session, command);
  const items = parseItems(session, command, byUid, changedSince !== undefined);
  let gone = false;
  for (const target of targets) {
    if (changedSince !== undefined && target.row.message.modseq <= changedSince) continue;
    gone ||= target.row.message.expunged && items.some((item) => item.readsBody);
    session.write(...renderMessage(session, target, items));
    await session.drained();
  }
  return gone ? 'OK [EXPUNGEISSUED] Some messages were already expunged.' : 'OK Fetch completed.';
}

function parseModifiers(session: ImapSession, command: Command): number | undefined {
  const modifiers = command.args[2];
  if (!modifiers) return undefined;
  if (
    modifiers.kind !== 'list' ||
    keyword(modifiers.items[0]) !== 'CHANGEDSINCE' ||
    !session.has('CONDSTORE')
  ) {
    throw badArguments(command, 'Unknown FETCH modifier.');
  }
  session.enableCondstore();
  return Number(tokenText(modifiers.items[1]));
}

function parseItems(
  session: ImapSession,
  command: Command,
  byUid: boolean,
  withModseq: boolean,
): FetchItem[] {
  const names = itemNames(command, command.args[1]);
  if (byUid && !names.includes('UID')) names.unshift('UID');
  if (withModseq && !names.includes('MODSEQ')) names.push('MODSEQ');
  if (names.includes('MODSEQ')) session.enableCondstore();
  const items = names.map((name) => {
    const item = parseFetchItem(name, (capability) => session.has(capability));
    if (!item) throw badArguments(command, `Unknown parameter: ${name}`);
    return item;
  });
  // What marks as read shows the flags as well (RFC 9051 §7.5.2).
  if (!items.some((item) => item.marksSeen) || viewOf(session).readOnly || names.includes('FLAGS'))
    return items;
  const flags = parseFetchItem('FLAGS', () => true);
  return flags ? [...items, { ...flags, onlyWhenSeen: true }] : items;
}

function itemNames(command: Command, token: Token | undefined): string[] {
  if (token?.kind === 'list') {
    return token.items.flatMap((item, index) => {
      if (item.kind === 'list') return [];
      const modifiers = token.items[index + 1];
      // `PREVIEW (LAZY)`: only what was worked out before (RFC 8970 §3.2).
      const lazy = modifiers?.kind === 'list' && modifiers.items.some((name) => keyword(name) === 'LAZY');
      return [`${tokenText(item) ?? ''}${lazy ? ' LAZY' : ''}`];
    });
  }
  const single = tokenText(token);
  if (single === undefined) throw badArguments(command);
  return [...(macros[single.toUpperCase()] ?? [single])];
}

function renderMessage(session: ImapSession, { row, seq }: Numbered, items: readonly FetchItem[]): Output[] {
  const view = viewOf(session);
  const { message } = row;
  const marks = items.some((item) => item.marksSeen) && !view.readOnly && !message.flags.has('\\Seen');
  if (marks && !message.expunged) {
    // Told below with the flags; a client that follows modseqs gets them by the sync that follows.
    const told = row.knownModseq === message.modseq && !session.condstore;
    view.mailbox.setFlags(message, [...message.flags, '\\Seen']);
    if (told) row.knownModseq = message.modseq;
  }
  const output: Output[] = [`* ${seq} FETCH (`];
  for (const item of items) {
    if (item.onlyWhenSeen && !marks) continue;
    output.push(output.length > 1 ? ' ' : '', ...item.render(row));
  }
  return [...output, ')\r\n'];
}

export const fetchCommands: Record<string, CommandSpec> = {
  FETCH: { state: 'selected', sync: 'keepNumbers', run: fetch },
  'UID FETCH': { state: 'selected', run: fetch },
};
