import type { CommandSpec, ImapSession } from '../imap-session.ts';
import type { MailboxView } from '../mailbox-view.ts';
import { type Command, keyword } from '../wire.ts';
import { accountOf, requireMailbox, requireName, viewOf } from './arguments.ts';

function open(session: ImapSession, command: Command): string {
  const wasSelected = session.view !== undefined;
  session.view = undefined;
  if (wasSelected) session.write('* OK [CLOSED] Previous mailbox closed.\r\n');
  const mailbox = requireMailbox(session, requireName(command, 0));
  const examine = command.name === 'EXAMINE';
  const readOnly = examine || !accountOf(session).mayChange(mailbox.name);
  const options = command.args[1];
  if (options?.kind === 'list' && options.items.some((item) => keyword(item) === 'CONDSTORE')) {
    session.enableCondstore();
  }
  const view = session.select(mailbox, readOnly);
  session.write(`${selectionLines(session, view).join('\r\n')}\r\n`);
  return `OK [${readOnly ? 'READ-ONLY' : 'READ-WRITE'}] ${examine ? 'Examine' : 'Select'} completed.`;
}

function selectionLines(session: ImapSession, view: MailboxView): string[] {
  const { mailbox, rows } = view;
  const unseen = rows.findIndex((row) => !row.message.flags.has('\\Seen')) + 1;
  return [
    ...view.flagLines(),
    `* ${rows.length} EXISTS`,
    `* ${view.recentCount} RECENT`,
    ...(unseen ? [`* OK [UNSEEN ${unseen}] First unseen.`] : []),
    `* OK [UIDVALIDITY ${mailbox.uidValidity}] UIDs valid`,
    `* OK [UIDNEXT ${mailbox.uidNext}] Predicted next UID`,
    ...(session.has('CONDSTORE') ? [`* OK [HIGHESTMODSEQ ${mailbox.highestModseq}] Highest`] : []),
  ];
}

/** Removes the deleted messages without a word about each (RFC 9051 §6.4.1). */
function close(session: ImapSession): string {
  const { mailbox, readOnly } = viewOf(session);
  session.view = undefined;
  if (!readOnly) mailbox.expunge(mailbox.messages.filter((message) => message.flags.has('\\Deleted')));
  return 'OK Close completed.';
}

function unselect(session: ImapSession): string {
  session.view = undefined;
  return 'OK Unselect completed.';
}

export const selectCommands: Record<string, CommandSpec> = {
  SELECT: { state: 'authenticated', sync: 'none', run: open },
  EXAMINE: { state: 'authenticated', sync: 'none', run: open },
  CLOSE: { state: 'selected', sync: 'none', run: close },
  UNSELECT: { state: 'selected', sync: 'none', capability: 'UNSELECT', run: unselect },
};
