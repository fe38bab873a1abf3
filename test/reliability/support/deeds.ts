import type { MailboxDesk, Picture } from './mailbox-desk.ts';

export const deedKinds = ['move', 'mark', 'trash', 'delete', 'draft', 'replace'] as const;
export type DeedKind = (typeof deedKinds)[number];

/** A change that is asked for, and everything that stood before it. */
export interface Deed {
  kind: DeedKind;
  tool: string;
  args: Record<string, unknown>;
  /** The mails it is about; of a replaced draft, the old one. */
  ids: readonly string[];
  /** Where they are to go, or where a draft is stored. */
  target?: string;
  /** Of a draft. */
  subject?: string;
  before: Picture;
}

/** Another program's mark of deletion stands beside: whoever expunges without naming mails takes it along. */
const foreign = ['\\Deleted', '\\Seen'];
export const source = 'From';
export const target = 'To';

/**
 * Makes ready for a change: empties the mailbox, puts two mails and a third that is nobody's business.
 * @param tag stands in every subject
 */
export function prepared(desk: MailboxDesk, kind: DeedKind, tag: string): Deed {
  desk.clear();
  desk.folder(target);
  desk.put(target, { subject: `${tag} already there` });
  desk.put(source, { subject: `${tag} bystander` }, foreign);
  desk.put('Drafts', { subject: `${tag} other draft` }, ['\\Draft', '\\Deleted']);
  if (kind === 'draft' || kind === 'replace') return draftDeed(desk, kind, tag);
  const ids = [1, 2].map((nth) =>
    desk.put(source, { subject: `${tag} mail ${nth}`, body: 'Body '.repeat(nth) }),
  );
  const before = desk.picture();
  if (kind === 'move')
    return { kind, tool: 'move_email', args: { ids, folder: target }, ids, target, before };
  if (kind === 'mark') return { kind, tool: 'mark_email', args: { ids, add: ['flagged'] }, ids, before };
  if (kind === 'trash') return { kind, tool: 'delete_email', args: { ids }, ids, target: 'Trash', before };
  return { kind, tool: 'delete_email', args: { ids, permanent: true }, ids, before };
}

function draftDeed(desk: MailboxDesk, kind: 'draft' | 'replace', tag: string): Deed {
  const subject = `${tag} draft`;
  const text = 'A text to be kept.';
  const args = { to: ['bob@sandbox.test'], subject, text };
  if (kind === 'draft')
    return { kind, tool: 'create_draft', args, ids: [], target: 'Drafts', subject, before: desk.picture() };
  const old = desk.put('Drafts', { subject: `${tag} old draft` }, ['\\Draft', '\\Seen']);
  const before = desk.picture();
  return {
    kind,
    tool: 'create_draft',
    args: { ...args, replaces: old },
    ids: [old],
    target: 'Drafts',
    subject,
    before,
  };
}

/** The commands by which a server with or without MOVE is told to do it. */
export function commandsOf(kind: DeedKind, hasMove = true): readonly string[] {
  const relocating = hasMove ? ['UID MOVE'] : ['UID COPY', 'UID STORE', 'UID EXPUNGE'];
  return {
    move: relocating,
    trash: relocating,
    mark: ['UID STORE'],
    delete: ['UID STORE', 'UID EXPUNGE'],
    draft: ['APPEND'],
    replace: ['APPEND', 'UID STORE', 'UID EXPUNGE'],
  }[kind];
}
