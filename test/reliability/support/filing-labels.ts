import type { DeletedMail, Failed, MarkedMail, MovedMail } from '../../../src/domain/filing.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import type { Tally } from '../case.ts';
import type { Deed } from './deeds.ts';
import type { Picture } from './mailbox-desk.ts';

export interface Judged {
  input: string;
  deed: Deed;
  answer: ToolOutcome<unknown>;
  after: Picture;
  ms: number;
  /** Whether a server that lies or dies leaves anybody a chance to know; default true. */
  mayBeUnknown?: boolean;
  /** How long it may take; default 10 s. */
  withinMs?: number;
}

interface Verdict {
  wrong: string[];
  lies: string[];
}

/** Holds an answer to a change against what the store holds. */
export function judge(judged: Judged, tally: Tally): void {
  const { input, deed, answer, ms, withinMs = 10_000 } = judged;
  const verdict: Verdict = { wrong: [], lies: [] };
  const code = answer.ok ? undefined : answer.error.code;
  if (ms > withinMs) verdict.wrong.push(`took ${Math.round(ms)} ms`);
  if (code === 'internal') verdict.wrong.push('internal');
  if (code === 'unknown_outcome' && judged.mayBeUnknown === false) verdict.wrong.push('unknown');
  if (deed.kind === 'draft' || deed.kind === 'replace') judgeDraft(judged, verdict);
  else for (const id of deed.ids) judgeMail(id, judged, verdict);
  verdict.wrong.push(...bystanders(judged));
  tally.count(input, verdict.wrong);
  for (const lie of verdict.lies) tally.mislabelled(input, lie);
}

/** What the answer says of one mail. */
interface Said {
  done: boolean;
  newId?: string | undefined;
  flags?: readonly string[];
  failed?: Failed[number] | undefined;
}

function said(id: string, { answer }: Judged): Said {
  if (!answer.ok) return { done: false, failed: { id, code: answer.error.code } };
  const data = answer.data as Partial<MovedMail & MarkedMail & DeletedMail>;
  const relocated = [...(data.moved ?? []), ...(data.trashed ?? [])].find((mail) => mail.id === id);
  const updated = data.updated?.find((mail) => mail.id === id);
  const failed = data.failed?.find((mail) => mail.id === id);
  const done = relocated !== undefined || updated !== undefined || data.deleted?.includes(id) === true;
  return { done, newId: relocated?.newId, ...(updated ? { flags: updated.flags } : {}), failed };
}

function judgeMail(id: string, judged: Judged, { wrong, lies }: Verdict): void {
  const { deed, after, mayBeUnknown } = judged;
  const what = said(id, judged);
  const now = after.get(id);
  const was = deed.before.get(id);
  const copies = copiesOf(deed, after, was?.subject);
  const { isDone, isUntouched } = fate(deed, now?.flags, copies.length);
  const code = what.failed?.code;
  if (what.done === (what.failed !== undefined))
    wrong.push(`${id} is named as done and failed, or not at all`);
  if (deed.kind !== 'delete' && !now && copies.length === 0) wrong.push(`${id} is lost`);
  if (copies.length > 1) wrong.push(`${copies.length} copies of ${id}`);
  if (what.done && !isDone) lies.push(`${deed.kind} of ${id} done, and is not`);
  if (what.done && what.newId && !copies.includes(what.newId)) lies.push(`${what.newId} is not that mail`);
  if (what.flags && !what.flags.includes('flagged')) lies.push(`${id} shown without its mark`);
  if (!what.failed) return;
  if (code === 'unknown_outcome') {
    if (mayBeUnknown === false) wrong.push(`unknown, and it could be known`);
    return;
  }
  if (isDone && !isUntouched) lies.push(`${deed.kind} of ${id} failed with ${code}, and is done`);
  const named = what.failed.copyId;
  if (now && copies.length === 1 && named !== copies[0]) wrong.push(`the copy of ${id} is not named`);
  if (named && !copies.includes(named)) lies.push(`there is no copy ${named}`);
  if (now && was && String(now.flags) !== String(was.flags)) wrong.push(`left with flags ${now.flags}`);
}

function copiesOf({ kind, target, before }: Deed, after: Picture, subject: string | undefined): string[] {
  if (kind !== 'move' && kind !== 'trash') return [];
  const arrived = [...after].filter(([id, mail]) => mail.folder === target && !before.has(id));
  return arrived.filter(([, mail]) => mail.subject === subject).map(([id]) => id);
}

function fate(
  { kind }: Deed,
  flags: readonly string[] | undefined,
  copies: number,
): { isDone: boolean; isUntouched: boolean } {
  if (kind === 'mark')
    return { isDone: flags?.includes('\\Flagged') === true, isUntouched: !flags?.includes('\\Flagged') };
  if (kind === 'delete') return { isDone: !flags, isUntouched: flags !== undefined };
  return { isDone: !flags && copies > 0, isUntouched: flags !== undefined && copies === 0 };
}

function judgeDraft(judged: Judged, { wrong, lies }: Verdict): void {
  const { deed, answer, after } = judged;
  const stored = [...after].filter(([, { subject }]) => subject === deed.subject);
  if (stored.length > 1) wrong.push(`${stored.length} drafts`);
  const [old] = deed.ids;
  const marked = old && judged.mayBeUnknown === false && after.get(old)?.flags.includes('\\Deleted');
  if (marked) wrong.push('the old draft stands there marked for deletion');
  if (old && !after.has(old) && stored.length === 0)
    wrong.push('the old draft is gone, the new one is not there');
  if (!answer.ok) {
    if (answer.error.code !== 'unknown_outcome' && stored.length > 0)
      lies.push(`failed with ${answer.error.code}, and is stored`);
    return;
  }
  const { id, warnings = [] } = answer.data as { id?: string; warnings?: { code: string }[] };
  if (stored.length === 0) lies.push('saved, and is not');
  if (!id || !stored.some(([known]) => known === id)) lies.push(`saved as ${id}, and is not that`);
  if (old && after.has(old) && warnings.length === 0)
    wrong.push('the old draft is still there, and nothing is said');
}

/** Mails nobody spoke of: all there, all as they were, none more. */
function bystanders({ deed, after }: Judged): string[] {
  const wrong: string[] = [];
  for (const [id, { flags, subject }] of deed.before) {
    if (deed.ids.includes(id)) continue;
    const now = after.get(id);
    if (!now) wrong.push(`${subject} is gone`);
    else if (String(now.flags) !== String(flags)) wrong.push(`${subject} has ${now.flags}, had ${flags}`);
  }
  const own = new Set([deed.subject, ...deed.ids.map((id) => deed.before.get(id)?.subject)]);
  for (const [id, { subject }] of after)
    if (!deed.before.has(id) && !own.has(subject)) wrong.push(`${id} (${subject}) came from nowhere`);
  return wrong;
}
