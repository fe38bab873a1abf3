import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FolderList } from '../../../src/domain/mail.ts';
import { letter, mixed, part, parts } from '../../support/letters.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import type { MailboxDesk } from './mailbox-desk.ts';

export const readingKinds = ['list', 'search', 'read', 'attachment', 'download'] as const;
export type ReadingKind = (typeof readingKinds)[number];

type Args = Record<string, unknown>;

/** A question about a mail that was just put there, and how its answer is told from a wrong one. */
export interface Reading {
  kind: ReadingKind;
  tool: string;
  args: Args;
  /** What is wrong with data that came without an error. */
  wrong(data: Args): string[];
}

const folder = 'Reading';
const textLines = Array.from({ length: 12 }, (_, nth) => `Line ${nth} of a text that must come whole.`);
const fileText = Array.from({ length: 12 }, (_, nth) => `${nth},value ${nth}`).join('\r\n');

/** Puts a mail nobody has read yet and asks for it: nothing remembered can help. */
export function asked(desk: MailboxDesk, kind: ReadingKind, tag: string): Reading {
  const raw = message(tag);
  const id = desk.put(folder, raw);
  const sameText = (data: Args) => {
    const { subject, body } = data as { subject?: string; body?: { text?: string; totalChars?: number } };
    const text = textLines.join('\n');
    return body?.text?.trim() === text && subject === `${tag} subject` ? [] : [`read ${clipped(data)}`];
  };
  const sameFile = (data: Args) =>
    (data as { text?: string }).text?.replaceAll('\r', '').trim() === fileText.replaceAll('\r', '')
      ? []
      : [`attachment ${clipped(data)}`];
  switch (kind) {
    case 'list':
      return { kind, tool: 'get_folders', args: {}, wrong: (data) => wrongList(desk, data) };
    case 'search':
      return {
        kind,
        tool: 'search_emails',
        args: { folder, subject: tag },
        wrong: (data) => wrongFinds(id, tag, data),
      };
    case 'read':
      return { kind, tool: 'get_email', args: { id }, wrong: sameText };
    case 'attachment':
      return { kind, tool: 'get_attachment', args: { id, part: '2' }, wrong: sameFile };
    case 'download':
      return { kind, tool: 'download_attachment', args: { id, part: '2' }, wrong: (data) => wrongFile(data) };
  }
}

/** An answer, held against the store: whole and right, or an error that says so. */
export function faultsOf({ wrong }: Reading, answer: ToolOutcome<Args>): string[] {
  if (!answer.ok) return answer.error.code === 'internal' ? [`internal: ${answer.error.message}`] : [];
  const { incomplete } = answer.data as { incomplete?: unknown };
  return incomplete ? [] : wrong(answer.data);
}

function wrongList(desk: MailboxDesk, data: Args): string[] {
  const listed = (data as unknown as FolderList).folders.map(({ path, total, unread }) => [
    path,
    total,
    unread,
  ]);
  const standing = [...desk.account.folders.values()].map(({ name, messages }) => {
    const unread = messages.filter(({ flags }) => !flags.has('\\Seen')).length;
    return [name, messages.length, unread];
  });
  const [told, true_] = [listed, standing].map((rows) => JSON.stringify(rows.sort()));
  return told === true_ ? [] : [`listed ${told}, stands ${true_}`];
}

function wrongFinds(id: string, tag: string, data: Args): string[] {
  const { total, emails } = data as unknown as { total?: number; emails: Args[] };
  const [first] = emails;
  const isIt = first?.id === id && first.subject === `${tag} subject` && first.attachments === 1;
  const isWhole =
    emails.length === 1 && (total === undefined || total === 1) && first?.from === 'Bob <bob@example.org>';
  return isIt && isWhole ? [] : [`found ${clipped(data)}`];
}

function wrongFile(data: Args): string[] {
  const { path, sha256 } = data as unknown as { path: string; sha256: string };
  const saved = readFileSync(path);
  const isWhole =
    saved.toString() === fileText && createHash('sha256').update(saved).digest('hex') === sha256;
  return isWhole ? [] : [`saved ${saved.length} bytes instead of ${fileText.length}`];
}

function clipped(data: unknown): string {
  return JSON.stringify(data).slice(0, 300);
}

function message(tag: string): Buffer {
  return letter({
    subject: `${tag} subject`,
    headers: [mixed('b')],
    body: parts(
      'b',
      part(['Content-Type: text/plain'], textLines.join('\r\n')),
      part(
        ['Content-Type: text/csv; name=a.csv', 'Content-Disposition: attachment; filename=a.csv'],
        fileText,
      ),
    ),
  });
}
