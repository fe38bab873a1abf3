import { MessageContent } from '../content.ts';
import { parseImapDateTime } from '../imap-date.ts';
import type { CommandSpec, ImapSession } from '../imap-session.ts';
import { type Command, tokenText } from '../wire.ts';
import { accountOf, badArguments, requireMailbox, requireName } from './arguments.ts';

/** APPEND mailbox [(flags)] ["date-time"] literal (RFC 9051 §6.3.12). */
function append(session: ImapSession, command: Command): string {
  const name = requireName(command, 0);
  const rest = command.args.slice(1);
  const message = rest.pop();
  if (message?.kind !== 'string' || rest.length > 2) throw badArguments(command);
  const flags = rest[0]?.kind === 'list' ? rest.shift() : undefined;
  const date = rest.length > 0 ? parseImapDateTime(tokenText(rest[0]) ?? '') : session.context.clock();
  if (!date) throw badArguments(command, 'Invalid internal date.');
  const mailbox = requireMailbox(session, name, 'TRYCREATE');
  const content = new MessageContent(Buffer.from(message.bytes));
  accountOf(session).admit(mailbox, content.raw.length);
  const added = mailbox.append({
    content,
    internalDate: date,
    flags: flags?.kind === 'list' ? flags.items.map((flag) => tokenText(flag) ?? '') : [],
  });
  if (!session.has('UIDPLUS')) return 'OK Append completed.';
  return `OK [APPENDUID ${mailbox.uidValidity} ${added.uid}] Append completed.`;
}

export const appendCommands: Record<string, CommandSpec> = {
  APPEND: { state: 'authenticated', run: append },
};
