import type { Random } from '../../bench/random.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import { idIn } from './mailbox-desk.ts';
import { alice, bob, type SendingDesk } from './sending-desk.ts';

const kinds = ['send', 'draft', 'replace', 'send draft', 'move'] as const;
export type WorkKind = (typeof kinds)[number];

/** What the client was told: done, nobody knows, done by an earlier call, or not done. */
export type WorkLabel = 'done' | 'unknown' | 'already' | 'failed';

/** A piece of work that changes something. */
export interface Work {
  kind: WorkKind;
  /** No other work has it; of the mail that is sent, stored or moved. */
  subject: string;
  tool: string;
  args: Record<string, unknown>;
  /** Absent while nothing was answered. */
  answer?: WorkLabel;
  /** The codes of the warnings that came with it. */
  warnings?: readonly string[];
}

export const readings: readonly (readonly [string, Record<string, unknown>])[] = [
  ['search_emails', { query: 'Work' }],
  ['get_folders', {}],
  ['get_calendar_events', { start: '2026-03-01' }],
];

/** The nth work, on a mail of its own that is put where it belongs. */
export function workOf(desk: SendingDesk, random: Random, nth: number): Work {
  const kind = kinds[nth % kinds.length] as WorkKind;
  const subject = `Work ${nth}.`;
  const mail = { to: [bob], subject, text: `The text of ${subject} ${'x'.repeat(random.below(100_000))}` };
  const put = (folder: string) => {
    const raw = `From: ${alice}\r\nTo: ${bob}\r\nSubject: ${subject}\r\nMessage-ID: <${nth}@rig>\r\n\r\n${mail.text}\r\n`;
    const flags = folder === 'Drafts' ? ['\\Draft', '\\Seen'] : [];
    const { uid } = desk.sandbox.deliver(alice, folder, raw, { flags });
    const mailbox = desk.sandbox.store.account(alice).find(folder);
    return mailbox ? idIn(mailbox, uid) : '';
  };
  const work: Record<WorkKind, () => Pick<Work, 'tool' | 'args'>> = {
    send: () => ({ tool: 'send_email', args: { ...mail, idempotencyKey: subject } }),
    draft: () => ({ tool: 'create_draft', args: mail }),
    replace: () => ({
      tool: 'create_draft',
      args: { ...mail, text: 'The new text.', replaces: put('Drafts') },
    }),
    'send draft': () => ({ tool: 'send_email', args: { draft: put('Drafts'), idempotencyKey: subject } }),
    move: () => ({ tool: 'move_email', args: { ids: [put('INBOX')], folder: 'archive' } }),
  };
  return { kind, subject, ...work[kind]() };
}

/** Resolves when the work is answered, or the server gone. */
export async function done({ server }: SendingDesk, work: Work): Promise<void> {
  const answer = await server.call(work.tool, work.args).catch(() => 'killed' as const);
  if (answer === 'killed') return;
  work.answer = labelOf(answer);
  if (answer.ok) work.warnings = warningsOf(answer.data);
}

function warningsOf({ warnings }: Record<string, unknown>): string[] {
  return Array.isArray(warnings) ? warnings.map(({ code }) => String(code)) : [];
}

function labelOf(answer: ToolOutcome<Record<string, unknown>>): WorkLabel {
  if (answer.ok) {
    const { status, failed } = answer.data;
    if (status === 'unknown' || JSON.stringify(failed)?.includes('unknown_outcome')) return 'unknown';
    return Array.isArray(failed) ? 'failed' : 'done';
  }
  const { code, message } = answer.error;
  if (code === 'conflict') return message.includes('may have been') ? 'unknown' : 'already';
  // Of a draft that was sent and removed nobody knows more after a restart.
  return code === 'unknown_outcome' || code === 'not_found' ? 'unknown' : 'failed';
}

/** How many mails of that subject are where. */
export interface Held {
  accepted: number;
  sent: number;
  drafts: number;
  inbox: number;
  archive: number;
}

export function heldBy(desk: SendingDesk, subject: string): Held {
  const account = desk.sandbox.store.account(alice);
  const line = `Subject: ${subject}\r\n`;
  const count = (raws: readonly Buffer[]) => raws.filter((raw) => raw.includes(line)).length;
  const standing = (folder: string) =>
    count((account.find(folder)?.messages ?? []).map(({ content }) => content.raw));
  return {
    accepted: count(desk.accepted.map(({ raw }) => raw)),
    sent: standing('Sent'),
    drafts: standing('Drafts'),
    inbox: standing('INBOX'),
    archive: standing('Archive'),
  };
}

/** Holds what was said of a work against what the servers hold, when nothing is on its way any more. */
export function judgeWork(
  desk: SendingDesk,
  { kind, subject, answer, warnings = [] }: Work,
): { wrong: string[]; lies: string[] } {
  const held = heldBy(desk, subject);
  const { accepted, sent, drafts, inbox, archive } = held;
  const isDone =
    { send: accepted, 'send draft': accepted, draft: drafts, replace: drafts, move: archive }[kind] === 1;
  const isTold = warnings.includes('draft_not_removed') || warnings.includes('copy_not_saved');
  const isSaidDone = answer === 'done' || answer === 'already';
  const wrong = [
    accepted > 1 && 'sent more than once',
    sent > 1 && 'more than one copy',
    kind === 'move' && inbox + archive !== 1 && 'the mail is lost or double',
    kind === 'replace' && drafts === 0 && 'both drafts are gone',
    kind === 'send draft' && drafts + accepted === 0 && 'the draft is gone',
    kind.startsWith('send') &&
      answer === 'done' &&
      drafts > 0 &&
      !isTold &&
      'a draft of what was sent is left',
    kind === 'send' && accepted > 0 && sent + drafts === 0 && !isTold && 'nothing here tells of it',
  ].filter((fault) => fault !== false);
  const lies = [
    isSaidDone && !isDone && !(kind === 'replace' && drafts > 1) && `${answer}, and is not`,
    // Of a draft that was to be replaced the old one stands: one is there in any case.
    answer === 'failed' && kind !== 'replace' && isDone && `${answer}, and is done`,
  ].filter((lie) => lie !== false);
  const told = (fault: string) =>
    `${[kind, answer ?? 'no answer', ...warnings].join(', ')}: ${fault} ${JSON.stringify(held)}`;
  return { wrong: wrong.map(told), lies: lies.map(told) };
}
