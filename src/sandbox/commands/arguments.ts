import { type ImapSession, Refusal } from '../imap-session.ts';
import type { Mailbox } from '../mailbox.ts';
import { decodeMailboxName } from '../mailbox-name.ts';
import type { MailboxView } from '../mailbox-view.ts';
import type { Account } from '../store.ts';
import { type Command, type Token, tokenText } from '../wire.ts';

/** @throws Refusal: the dispatcher lets only logged-in sessions here, so this is a mistake in the table. */
export function accountOf(session: ImapSession): Account {
  if (!session.account) throw new Refusal('BAD Not logged in.');
  return session.account;
}

/** @throws Refusal when nothing is selected. */
export function viewOf(session: ImapSession): MailboxView {
  if (!session.view) throw new Refusal('BAD No mailbox selected.');
  return session.view;
}

export function badArguments(command: Command, detail = 'Invalid arguments.'): Refusal {
  return new Refusal(`BAD Error in IMAP command ${command.name}: ${detail}`);
}

/** Text of an argument that must be there. @throws Refusal */
export function requireText(command: Command, index: number): string {
  const text = tokenText(command.args[index]);
  if (text === undefined) throw badArguments(command);
  return text;
}

/** Items of an argument that must be a list. @throws Refusal */
export function requireList(command: Command, token: Token | undefined): readonly Token[] {
  if (token?.kind !== 'list') throw badArguments(command);
  return token.items;
}

/** A mailbox name from the wire. @throws Refusal when it is no modified UTF-7. */
export function requireName(command: Command, index: number): string {
  const name = decodeMailboxName(requireText(command, index));
  if (name === undefined) throw new Refusal('NO Mailbox name is not valid mUTF-7');
  return name;
}

/** An existing mailbox; `code` goes into the refusal, e.g. `TRYCREATE`. @throws Refusal */
export function requireMailbox(session: ImapSession, name: string, code = ''): Mailbox {
  const mailbox = accountOf(session).find(name);
  if (!mailbox) throw new Refusal(`NO ${code ? `[${code}] ` : ''}Mailbox doesn't exist: ${name}`);
  return mailbox;
}
