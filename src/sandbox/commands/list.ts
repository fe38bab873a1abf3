import { type CommandSpec, type ImapSession, Refusal } from '../imap-session.ts';
import type { Mailbox } from '../mailbox.ts';
import { decodeMailboxName, encodeMailboxName, matchesPattern } from '../mailbox-name.ts';
import { type Command, imapString, keyword, type Token, tokenText } from '../wire.ts';
import { accountOf, badArguments, requireList, requireName } from './arguments.ts';
import { formatStatus, parseStatusItems } from './folders.ts';

interface ListRequest {
  patterns: string[];
  selection: ReadonlySet<string>;
  returns: ReadonlySet<string>;
  statusItems: ReturnType<typeof parseStatusItems>;
  /** Some RETURN was given: then only what it asks for is told, like Dovecot. */
  extended: boolean;
}

/** LIST with selection and return options (RFC 5258, RFC 5819, RFC 6154). */
function list(session: ImapSession, command: Command): string {
  const request = parseList(session, command);
  const { separator } = accountOf(session);
  if (request.patterns.length === 1 && request.patterns[0] === '') {
    session.write(`* LIST (\\Noselect) "${separator}" ""\r\n`);
    return 'OK List completed.';
  }
  for (const name of listedNames(session)) {
    if (!request.patterns.some((pattern) => matchesPattern(name, pattern, separator))) continue;
    const mailbox = accountOf(session).find(name);
    if (request.selection.has('SUBSCRIBED') && !mailbox?.subscribed) continue;
    if (request.selection.has('SPECIAL-USE') && !mailbox?.specialUse) continue;
    const attributes = formatAttributes(session, name, mailbox, request);
    session.write(`* LIST (${attributes}) "${separator}" ${wireName(name)}\r\n`);
    if (mailbox && request.statusItems.length > 0) {
      session.write(`* STATUS ${wireName(name)} ${formatStatus(session, name, request.statusItems)}\r\n`);
    }
  }
  return 'OK List completed.';
}

function parseList(session: ImapSession, command: Command): ListRequest {
  const args = [...command.args];
  const selection = new Set(args[0]?.kind === 'list' ? options(session, command, args.shift()) : []);
  const reference = decodeMailboxName(tokenText(args.shift()) ?? '') ?? '';
  const patternToken = args.shift();
  const patternTokens = patternToken?.kind === 'list' ? patternToken.items : [patternToken];
  const patterns = patternTokens.map((token) => {
    const text = tokenText(token);
    if (text === undefined) throw badArguments(command);
    return reference + (decodeMailboxName(text) ?? text);
  });
  const returns = args.length > 0 ? returnTokens(session, command, args) : undefined;
  const status = returns?.findIndex((token) => keyword(token) === 'STATUS') ?? -1;
  const items = status < 0 ? [] : requireList(command, returns?.[status + 1]);
  if (status >= 0 && !session.has('LIST-STATUS')) throw badArguments(command);
  return {
    patterns,
    selection,
    returns: new Set(returns?.map((token) => keyword(token) ?? '')),
    statusItems: parseStatusItems(session, command, items),
    extended: returns !== undefined,
  };
}

function returnTokens(session: ImapSession, command: Command, args: readonly Token[]): readonly Token[] {
  if (keyword(args[0]) !== 'RETURN') throw badArguments(command);
  if (!session.has('LIST-EXTENDED') && !session.has('LIST-STATUS')) throw badArguments(command);
  return requireList(command, args[1]);
}

function options(session: ImapSession, command: Command, token: Token | undefined): string[] {
  if (!session.has('LIST-EXTENDED')) throw badArguments(command);
  return requireList(command, token).map((item) => keyword(item) ?? '');
}

/** All folders and the parents that exist only in their children's names. */
function listedNames(session: ImapSession): string[] {
  const names = new Set<string>();
  const { folders, separator } = accountOf(session);
  for (const name of folders.keys()) {
    const levels = name.split(separator);
    levels.forEach((_level, index) => {
      names.add(levels.slice(0, index + 1).join(separator));
    });
  }
  return [...names];
}

function formatAttributes(
  session: ImapSession,
  name: string,
  mailbox: Mailbox | undefined,
  { returns, selection, extended }: ListRequest,
): string {
  const children = accountOf(session).hasChildren(name) ? '\\HasChildren' : '\\HasNoChildren';
  const attributes: string[] = [];
  if (!mailbox) attributes.push(extended ? '\\NonExistent' : '\\Noselect');
  if (mailbox?.subscribed && (returns.has('SUBSCRIBED') || selection.has('SUBSCRIBED'))) {
    attributes.push('\\Subscribed');
  }
  if (!extended || returns.has('CHILDREN')) attributes.push(children);
  const special = !extended || returns.has('SPECIAL-USE') || selection.has('SPECIAL-USE');
  if (mailbox?.specialUse && special && session.has('SPECIAL-USE')) attributes.push(mailbox.specialUse);
  return attributes.join(' ');
}

function lsub(session: ImapSession, command: Command): string {
  const reference = requireName(command, 0);
  const pattern = tokenText(command.args[1]) ?? '';
  const wanted = reference + (decodeMailboxName(pattern) ?? pattern);
  const { folders, separator } = accountOf(session);
  for (const mailbox of folders.values()) {
    if (!mailbox.subscribed) continue;
    if (!matchesPattern(mailbox.name, wanted, separator)) continue;
    session.write(`* LSUB () "${separator}" ${wireName(mailbox.name)}\r\n`);
  }
  return 'OK Lsub completed.';
}

function status(session: ImapSession, command: Command): string {
  const name = requireName(command, 0);
  const items = parseStatusItems(session, command, requireList(command, command.args[1]));
  if (items.length === 0) throw new Refusal('BAD Error in IMAP command STATUS: Empty status list.');
  session.write(`* STATUS ${wireName(name)} ${formatStatus(session, name, items)}\r\n`);
  const selected = session.view?.mailbox === accountOf(session).find(name);
  return selected ? 'OK [CLIENTBUG] Status on selected mailbox completed.' : 'OK Status completed.';
}

function wireName(name: string): string {
  const wire = encodeMailboxName(name);
  const plain = /^[A-Za-z0-9&+,./_:=-]+$/u.test(wire) && wire.toUpperCase() !== 'NIL';
  return plain ? wire : imapString(wire);
}

export const listCommands: Record<string, CommandSpec> = {
  LIST: { state: 'authenticated', run: list },
  LSUB: { state: 'authenticated', run: lsub },
  // Not even new mail in the selected folder is told here: Dovecot's next command still works on the old view.
  STATUS: { state: 'authenticated', sync: 'none', run: status },
};
