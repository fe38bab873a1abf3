import type { Separator } from '../../../src/sandbox/store.ts';

/** The folders of a kind of mailbox, and where archive, junk and trash are in it; absent where there is none. */
export interface Layout {
  name: string;
  separator: Separator;
  /** Whether the server says which folder is for what (RFC 6154). */
  tells: boolean;
  /** By path; a use it has, or none. */
  folders: Readonly<Record<string, string>>;
  archive?: string;
  junk?: string;
  trash?: string;
}

const told = { separator: '/', tells: true } as const;
const untold = { separator: '/', tells: false } as const;

export const layouts: readonly Layout[] = [
  {
    name: 'Gmail',
    ...told,
    folders: {
      ...{ '[Gmail]/All Mail': '\\All', '[Gmail]/Drafts': '\\Drafts', '[Gmail]/Sent Mail': '\\Sent' },
      ...{ '[Gmail]/Spam': '\\Junk', '[Gmail]/Starred': '\\Flagged', '[Gmail]/Trash': '\\Trash', Work: '' },
    },
    junk: '[Gmail]/Spam',
    trash: '[Gmail]/Trash',
  },
  {
    name: 'Gmail in German',
    ...told,
    folders: {
      ...{ '[Google Mail]/Alle Nachrichten': '\\All', '[Google Mail]/Entwürfe': '\\Drafts', Work: '' },
      ...{ '[Google Mail]/Gesendet': '\\Sent', '[Google Mail]/Spam': '\\Junk' },
      ...{ '[Google Mail]/Papierkorb': '\\Trash', '[Google Mail]/Wichtig': '\\Important' },
    },
    junk: '[Google Mail]/Spam',
    trash: '[Google Mail]/Papierkorb',
  },
  {
    name: 'Exchange',
    ...untold,
    folders: {
      ...{ Archive: '', 'Conversation History': '', 'Deleted Items': '', Drafts: '', 'Junk E-mail': '' },
      ...{ Outbox: '', 'Sent Items': '', Work: '' },
    },
    archive: 'Archive',
    junk: 'Junk E-mail',
    trash: 'Deleted Items',
  },
  {
    name: 'Exchange Online',
    ...untold,
    folders: { Archive: '', 'Deleted Items': '', Drafts: '', 'Junk Email': '', 'Sent Items': '', Work: '' },
    archive: 'Archive',
    junk: 'Junk Email',
    trash: 'Deleted Items',
  },
  {
    name: 'Exchange in German',
    ...untold,
    folders: {
      ...{ Archiv: '', 'Gelöschte Elemente': '', Entwürfe: '', 'Junk-E-Mail': '', Work: '' },
      ...{ 'Gesendete Elemente': '', Postausgang: '', 'Gelöschte Elemente/Alt': '' },
    },
    archive: 'Archiv',
    junk: 'Junk-E-Mail',
    trash: 'Gelöschte Elemente',
  },
  { name: 'nothing but INBOX', ...untold, folders: { Work: '' } },
  {
    name: 'plain',
    ...told,
    folders: {
      Archive: '\\Archive',
      Junk: '\\Junk',
      Trash: '\\Trash',
      Sent: '\\Sent',
      Work: '',
      'Trash/Old': '',
    },
    archive: 'Archive',
    junk: 'Junk',
    trash: 'Trash',
  },
  {
    name: 'plain, lower case, says nothing',
    ...untold,
    folders: { archive: '', spam: '', trash: '', sent: '', drafts: '', Work: '' },
    archive: 'archive',
    junk: 'spam',
    trash: 'trash',
  },
  {
    name: 'all below INBOX',
    separator: '.',
    tells: false,
    folders: {
      ...{ 'INBOX.Archive': '', 'INBOX.Junk': '', 'INBOX.Trash': '', 'INBOX.Sent': '', 'INBOX.Work': '' },
      ...{ 'INBOX.Work.Trash': '', 'INBOX.Trash.Old': '' },
    },
    archive: 'INBOX.Archive',
    junk: 'INBOX.Junk',
    trash: 'INBOX.Trash',
  },
  {
    name: 'names that promise what others are for',
    ...told,
    folders: {
      ...{ Trash: '', Junk: '', Archive: '', 'Deleted Messages': '', Work: '' },
      ...{ Bin: '\\Trash', Nope: '\\Junk', Years: '\\Archive' },
    },
    archive: 'Years',
    junk: 'Nope',
    trash: 'Bin',
  },
  {
    name: 'such names on lower levels only',
    ...untold,
    folders: { 'Projects/Archive': '', 'Projects/Trash': '', 'Old/Junk': '', 'Archive/2025': '', Work: '' },
  },
];
