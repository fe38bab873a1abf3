import { type CommandSpec, type ImapSession, Refusal } from '../imap-session.ts';
import type { Mailbox, Message } from '../mailbox.ts';
import { formatSequenceSet, inSequenceSet, parseSequenceSet } from '../sequence-set.ts';
import type { Command } from '../wire.ts';
import { accountOf, badArguments, requireMailbox, requireName, requireText, viewOf } from './arguments.ts';

function copy(session: ImapSession, command: Command): string {
  const { messages, target } = sourceAndTarget(session, command);
  if (messages.length === 0) return 'OK No messages found.';
  const bytes = messages.reduce((sum, { content }) => sum + content.raw.length, 0);
  accountOf(session).admit(target, bytes);
  const copies = copyInto(target, messages);
  return `OK ${copyUid(session, target, messages, copies)}Copy completed.`;
}

/** MOVE tells the new UIDs before the expunges (RFC 6851 §4.3). It takes no more room: a full mailbox allows it. */
function move(session: ImapSession, command: Command): string {
  const view = viewOf(session);
  const { messages, target } = sourceAndTarget(session, command);
  accountOf(session).admit(view.mailbox, 0);
  accountOf(session).admit(target, 0);
  if (view.readOnly) throw new Refusal('NO [READ-ONLY] Mailbox is read-only.');
  if (messages.length === 0) return 'OK No messages found.';
  const copies = copyInto(target, messages);
  const code = copyUid(session, target, messages, copies);
  if (code) session.write(`* OK ${code}Moved UIDs.\r\n`);
  view.mailbox.expunge(messages);
  return 'OK Move completed.';
}

function sourceAndTarget(session: ImapSession, command: Command): { messages: Message[]; target: Mailbox } {
  const found = viewOf(session).resolve(requireText(command, 0), command.name.startsWith('UID '));
  if (!found) throw badArguments(command, 'Invalid messageset.');
  const target = requireMailbox(session, requireName(command, 1), 'TRYCREATE');
  return { messages: found.map(({ row }) => row.message).filter((message) => !message.expunged), target };
}

function copyInto(target: Mailbox, messages: readonly Message[]): Message[] {
  return messages.map(({ content, flags, internalDate }) => target.append({ content, flags, internalDate }));
}

function copyUid(
  session: ImapSession,
  target: Mailbox,
  from: readonly Message[],
  to: readonly Message[],
): string {
  if (!session.has('UIDPLUS')) return '';
  const uids = (messages: readonly Message[]) => formatSequenceSet(messages.map(({ uid }) => uid));
  return `[COPYUID ${target.uidValidity} ${uids(from)} ${uids(to)}] `;
}

function expunge(session: ImapSession, command: Command): string {
  const { mailbox, readOnly } = viewOf(session);
  if (!accountOf(session).mayChange(mailbox.name)) return 'OK Expunge completed.';
  if (readOnly) throw new Refusal('NO [READ-ONLY] Mailbox is read-only.');
  const set = command.name === 'UID EXPUNGE' ? parseSequenceSet(requireText(command, 0)) : undefined;
  if (command.name === 'UID EXPUNGE' && !set) throw badArguments(command, 'Invalid uidset.');
  const named = set ? inSequenceSet(set, mailbox.messages.at(-1)?.uid ?? 0) : () => true;
  mailbox.expunge(mailbox.messages.filter(({ flags, uid }) => flags.has('\\Deleted') && named(uid)));
  return 'OK Expunge completed.';
}

export const copyCommands: Record<string, CommandSpec> = {
  COPY: { state: 'selected', sync: 'keepNumbers', run: copy },
  'UID COPY': { state: 'selected', run: copy },
  MOVE: { state: 'selected', capability: 'MOVE', run: move },
  'UID MOVE': { state: 'selected', capability: 'MOVE', run: move },
  EXPUNGE: { state: 'selected', run: expunge },
  'UID EXPUNGE': { state: 'selected', capability: 'UIDPLUS', run: expunge },
};
