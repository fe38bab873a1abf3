import { type CommandSpec, type ImapSession, Refusal } from '../imap-session.ts';
import { type Command, keyword } from '../wire.ts';
import { accountOf, requireList, requireMailbox, requireName } from './arguments.ts';

/** CREATE, also with `(USE (\Sent))` (RFC 6154 §3). A trailing slash announces children, as Dovecot takes it. */
function create(session: ImapSession, command: Command): string {
  const options = command.args[1];
  const use = options?.kind === 'list' && keyword(options.items[0]) === 'USE' ? options.items[1] : undefined;
  const specialUse = use ? requireList(command, use)[0] : undefined;
  const name = specialUse && specialUse.kind !== 'list' ? specialUse.bytes.toString('latin1') : undefined;
  accountOf(session).create(requireName(command, 0), name ? { specialUse: name } : {});
  return 'OK Create completed.';
}

function remove(session: ImapSession, command: Command): string {
  const name = requireName(command, 0);
  if (session.view && session.view.mailbox === accountOf(session).find(name)) session.view = undefined;
  accountOf(session).delete(name);
  return 'OK Delete completed.';
}

function rename(session: ImapSession, command: Command): string {
  accountOf(session).rename(requireName(command, 0), requireName(command, 1));
  return 'OK Rename completed.';
}

function subscribe(session: ImapSession, command: Command): string {
  const wanted = command.name === 'SUBSCRIBE';
  const mailbox = accountOf(session).find(requireName(command, 0));
  if (!mailbox && wanted) throw new Refusal(`NO Mailbox doesn't exist: ${requireName(command, 0)}`);
  if (mailbox) mailbox.subscribed = wanted;
  return `OK ${wanted ? 'Subscribe' : 'Unsubscribe'} completed.`;
}

const statusItems = [
  'MESSAGES',
  'RECENT',
  'UIDNEXT',
  'UIDVALIDITY',
  'UNSEEN',
  'HIGHESTMODSEQ',
  'SIZE',
] as const;
type StatusItem = (typeof statusItems)[number];

/** @throws Refusal for an item the server does not know or advertise. */
export function parseStatusItems(
  session: ImapSession,
  command: Command,
  tokens: Command['args'],
): StatusItem[] {
  return tokens.map((token) => {
    const name = keyword(token) ?? '';
    const item = statusItems.find((known) => known === name);
    const hidden =
      (item === 'SIZE' && !session.has('STATUS=SIZE')) ||
      (item === 'HIGHESTMODSEQ' && !session.has('CONDSTORE'));
    if (!item || hidden) {
      throw new Refusal(`BAD Error in IMAP command ${command.name}: Invalid status item ${name}`);
    }
    if (item === 'HIGHESTMODSEQ') session.enableCondstore();
    return item;
  });
}

/** `(MESSAGES 3 …)`: for the selected mailbox what the session knows of it, like Dovecot. */
export function formatStatus(session: ImapSession, name: string, items: readonly StatusItem[]): string {
  const mailbox = requireMailbox(session, name);
  const view = session.view?.mailbox === mailbox ? session.view : undefined;
  const messages = view ? view.rows.map((row) => row.message) : mailbox.messages;
  const values: Record<StatusItem, () => number> = {
    MESSAGES: () => messages.length,
    RECENT: () => view?.recentCount ?? messages.filter(({ uid }) => uid >= mailbox.firstRecent).length,
    UIDNEXT: () => mailbox.uidNext,
    UIDVALIDITY: () => mailbox.uidValidity,
    UNSEEN: () => messages.filter(({ flags }) => !flags.has('\\Seen')).length,
    HIGHESTMODSEQ: () => mailbox.highestModseq,
    SIZE: () => messages.reduce((sum, { content }) => sum + content.raw.length, 0),
  };
  return `(${items.map((item) => `${item} ${values[item]()}`).join(' ')})`;
}

export const folderCommands: Record<string, CommandSpec> = {
  CREATE: { state: 'authenticated', run: create },
  DELETE: { state: 'authenticated', run: remove },
  RENAME: { state: 'authenticated', run: rename },
  SUBSCRIBE: { state: 'authenticated', run: subscribe },
  UNSUBSCRIBE: { state: 'authenticated', run: subscribe },
};
