import { list, listStatus, status, unselect } from '../connections/imap/commands.ts';
import { refused } from '../connections/imap/errors.ts';
import { spelledOut } from '../connections/imap/folder-name.ts';
import {
  type FolderStatus,
  folderStatuses,
  type ListedFolder,
  listedFolders,
} from '../connections/imap/replies.ts';
import type { ImapSession } from '../connections/imap/session.ts';
import type { ImapCommand, ImapReply } from '../connections/imap/wire.ts';
import { MailboxError } from '../domain/errors.ts';
import { type FolderRole, folderRoles } from '../domain/mail.ts';

/** A folder as the server lists it, with its counts when it holds messages and answered. */
export interface FolderEntry {
  path: string;
  role: FolderRole | undefined;
  holdsMessages: boolean;
  /** What separates the levels of the path. */
  delimiter: string;
  status: FolderStatus | undefined;
}

const specialUse: Record<string, FolderRole> = {
  '\\sent': 'sent',
  '\\drafts': 'drafts',
  '\\trash': 'trash',
  '\\junk': 'junk',
  '\\archive': 'archive',
};

/** Names for servers that mark nothing (RFC 6154), lower case; English and German as clients create them. */
const wellKnown: Record<Exclude<FolderRole, 'inbox'>, readonly string[]> = {
  sent: ['sent', 'sent items', 'sent messages', 'gesendet', 'gesendete objekte', 'gesendete elemente'],
  drafts: ['drafts', 'entwürfe'],
  trash: [
    'trash',
    'deleted items',
    'deleted messages',
    'papierkorb',
    'gelöschte elemente',
    'gelöschte objekte',
  ],
  junk: ['junk', 'spam', 'junk e-mail', 'junk email', 'junk-e-mail', 'unerwünscht'],
  archive: ['archive', 'archives', 'archiv'],
};

/**
 * All folders with counts, in one round trip where LIST-STATUS is offered (RFC 5819), else in two.
 * @throws MailboxError when the server refuses to list.
 */
export async function listFolders(session: ImapSession, signal: AbortSignal): Promise<FolderEntry[]> {
  const listing = folderListing(session);
  if (listing) return listing.read(await session.run(listing.commands, { signal }));
  const replies = await session.run([...deselection(session), list()], { signal });
  const listed = listedFolders(accepted(replies.at(-1)));
  const paths = listed.filter(holdsMessages).map(({ path }) => path);
  const condstore = session.supports('CONDSTORE');
  const statuses = await session.run(
    paths.map((path) => status(path, condstore)),
    { signal },
  );
  return toEntries(listed, statuses.flatMap(folderStatuses));
}

/**
 * The listing as commands; undefined without LIST-STATUS.
 * @param keepInbox do not deselect INBOX, whose counts may then be old.
 */
export function folderListing(
  session: ImapSession,
  keepInbox = false,
): { commands: ImapCommand[]; read(replies: readonly ImapReply[]): FolderEntry[] } | undefined {
  if (!session.supports('LIST-STATUS')) return undefined;
  return {
    commands: [
      ...(keepInbox && session.view?.folder === 'INBOX' ? [] : deselection(session)),
      listStatus(session.supports('CONDSTORE')),
    ],
    read: (replies) => {
      const reply = accepted(replies.at(-1));
      return toEntries(listedFolders(reply), folderStatuses(reply));
    },
  };
}

/** Of a selected folder Dovecot tells the counts from the connection's own, possibly older view. */
export function deselection(session: ImapSession): ImapCommand[] {
  return session.view && session.supports('UNSELECT') ? [unselect()] : [];
}

function accepted(reply: ImapReply | undefined): ImapReply {
  if (reply?.status !== 'OK') throw refused('list the folders', reply?.code, reply?.cause);
  return reply;
}

/** @throws MailboxError `unavailable` when the server lists nothing: every account has a folder. */
function toEntries(listed: readonly ListedFolder[], statuses: readonly FolderStatus[]): FolderEntry[] {
  if (listed.length === 0) throw refused('list the folders', undefined, 'LIST named no folder');
  const byPath = new Map(statuses.map((entry) => [entry.path, entry]));
  const exists = listed.filter(({ attributes }) => !attributes.has('\\nonexistent'));
  const roles = assignRoles(exists);
  return exists
    .map((folder) => ({
      path: folder.path,
      role: roles.get(folder.path),
      holdsMessages: holdsMessages(folder),
      delimiter: folder.delimiter,
      status: byPath.get(folder.path),
    }))
    .sort((a, b) => order(a) - order(b) || a.path.localeCompare(b.path));
}

function holdsMessages({ attributes }: ListedFolder): boolean {
  return !attributes.has('\\noselect') && !attributes.has('\\nonexistent');
}

/** One folder for each role: by special-use attribute, else by name at the top level or below INBOX. */
function assignRoles(folders: readonly ListedFolder[]): Map<string, FolderRole> {
  const roles = new Map<string, FolderRole>();
  const taken = new Set<FolderRole>();
  const assign = (path: string, role: FolderRole | undefined) => {
    if (!role || taken.has(role) || roles.has(path)) return;
    roles.set(path, role);
    taken.add(role);
  };
  for (const { path } of folders) if (path === 'INBOX') assign(path, 'inbox');
  for (const { path, attributes } of folders) {
    for (const attribute of attributes) assign(path, specialUse[attribute]);
  }
  for (const { path } of folders) assign(path, roleByName(path));
  return roles;
}

function roleByName(path: string): FolderRole | undefined {
  const name = path.replace(/^INBOX[./]/u, '').toLowerCase();
  return Object.entries(wellKnown).find(([, names]) => names.includes(name))?.[0] as FolderRole | undefined;
}

function order({ role }: FolderEntry): number {
  return role ? folderRoles.indexOf(role) : folderRoles.length;
}

/** The folder a parameter means: a role, or a path as listed; INBOX in any case. */
export function findFolder(folders: readonly FolderEntry[], wanted: string): FolderEntry {
  const name = wanted.normalize('NFC');
  const found =
    folders.find(({ path }) => path === (name.toUpperCase() === 'INBOX' ? 'INBOX' : name)) ??
    folders.find(({ path }) => path === spelledOut(wanted)) ??
    folders.find(({ role }) => role === name.toLowerCase()) ??
    folders.find(({ path }) => path.normalize('NFC').toLowerCase() === name.toLowerCase()) ??
    // Whatever separates the levels here, people and models write a slash.
    folders.find(({ path, delimiter }) => delimiter !== '' && path.replaceAll(delimiter, '/') === name);
  if (found) return found;
  throw new MailboxError('not_found', `There is no folder for "${wanted.slice(0, 80)}".`, {
    hint: 'Pass a path as get_folders lists it, one of the roles inbox, sent, drafts, trash, junk, archive, or all.',
  });
}
