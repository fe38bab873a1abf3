import type { CommandSpec, ImapSession } from '../imap-session.ts';
import { Refusal } from '../imap-session.ts';
import { systemFlags } from '../mailbox.ts';
import { formatFlags, type MailboxView, type Numbered } from '../mailbox-view.ts';
import { formatSequenceSet } from '../sequence-set.ts';
import { type Command, keyword, type Token, tokenText } from '../wire.ts';
import { badArguments, requireText, viewOf } from './arguments.ts';

interface StoreRequest {
  targets: readonly Numbered[];
  mode: '+' | '-' | '';
  silent: boolean;
  flags: readonly string[];
  unchangedSince: number | undefined;
}

/** STORE and UID STORE, with UNCHANGEDSINCE (RFC 7162 §3.1.3). */
function store(session: ImapSession, command: Command): string {
  const view = viewOf(session);
  const request = parseStore(session, view, command);
  if (view.readOnly) return 'OK Store ignored with read-only mailbox.';
  const byUid = command.name.startsWith('UID ');
  const modified: number[] = [];
  for (const { row, seq } of request.targets) {
    if (row.message.expunged) continue;
    if (request.unchangedSince !== undefined && row.message.modseq > request.unchangedSince) {
      modified.push(byUid ? row.message.uid : seq);
      continue;
    }
    const before = row.message.modseq;
    view.mailbox.setFlags(row.message, changedFlags(view, row.message.flags, request));
    const changed = row.message.modseq !== before;
    if (request.silent) announceSilently(session, { row, seq }, byUid, changed);
    else if (!changed) announce(session, { row, seq }, byUid);
  }
  if (modified.length > 0) return `OK [MODIFIED ${formatSequenceSet(modified)}] Conditional store failed.`;
  return 'OK Store completed.';
}

function parseStore(session: ImapSession, view: MailboxView, command: Command): StoreRequest {
  const targets = view.resolve(requireText(command, 0), command.name.startsWith('UID '));
  if (!targets) throw badArguments(command, 'Invalid messageset.');
  const modifiers = command.args[1]?.kind === 'list' ? command.args[1].items : undefined;
  const [action, ...values] = command.args.slice(modifiers ? 2 : 1);
  const match = /^([+-]?)FLAGS(\.SILENT)?$/u.exec(keyword(action) ?? '');
  if (!match || values.length === 0) throw badArguments(command);
  if (modifiers) session.enableCondstore();
  return {
    targets,
    mode: (match[1] ?? '') as StoreRequest['mode'],
    silent: match[2] !== undefined,
    flags: values.flatMap((value) => (value.kind === 'list' ? value.items : [value])).map(requireFlag),
    unchangedSince:
      keyword(modifiers?.[0]) === 'UNCHANGEDSINCE' ? Number(keyword(modifiers?.[1])) : undefined,
  };
}

function requireFlag(token: Token): string {
  const flag = tokenText(token) ?? '';
  const isSystem = systemFlags.some((known) => known.toLowerCase() === flag.toLowerCase());
  if (flag.startsWith('\\') && !isSystem) throw new Refusal(`BAD Invalid system flag ${flag.toUpperCase()}`);
  return flag;
}

function changedFlags(
  view: MailboxView,
  current: ReadonlySet<string>,
  { mode, flags }: StoreRequest,
): Set<string> {
  const given = flags.map((flag) => view.mailbox.canonicalFlag(flag));
  if (mode === '') return new Set(given);
  const next = new Set(current);
  for (const flag of given) {
    if (mode === '+') next.add(flag);
    else next.delete(flag);
  }
  return next;
}

/** `.SILENT` keeps the flags to itself, but a client that follows modseqs must learn the new one. */
function announceSilently(
  session: ImapSession,
  { row, seq }: Numbered,
  byUid: boolean,
  changed: boolean,
): void {
  row.knownModseq = row.message.modseq;
  if (!session.condstore || !changed) return;
  session.write(
    `* ${seq} FETCH (${byUid ? `UID ${row.message.uid} ` : ''}MODSEQ (${row.message.modseq}))\r\n`,
  );
}

/** Unchanged flags are told too; changed ones are told by the sync that follows. */
function announce(session: ImapSession, { row, seq }: Numbered, byUid: boolean): void {
  const uid = byUid ? `UID ${row.message.uid} ` : '';
  const modseq = session.condstore ? `MODSEQ (${row.message.modseq}) ` : '';
  if (row.message.modseq > row.knownModseq) return;
  session.write(`* ${seq} FETCH (${uid}${modseq}FLAGS ${formatFlags(row)})\r\n`);
}

export const storeCommands: Record<string, CommandSpec> = {
  STORE: { state: 'selected', sync: 'keepNumbers', run: store },
  'UID STORE': { state: 'selected', run: store },
};
