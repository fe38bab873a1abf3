import type { AttachmentContent, Email, EmailThread, SearchResult } from '../../../src/domain/mail.ts';
import { letter } from '../../support/letters.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import { type Case, type Effort, Tally } from '../case.ts';
import { bombEnd } from '../support/bombs.ts';
import { type OddMail, oddMails } from '../support/odd-mails.ts';
import { atReadingDesk, type ReadingDesk } from '../support/reading-desk.ts';
import { attachmentFaults, type Leaf, leavesByUid } from '../support/server-structure.ts';
import { disagreements } from '../support/stalwart.ts';
import { startOfStarving } from '../support/starved.ts';

const maxMs = 3_000;
const maxGrowthMb = 150;
/** Reading a mail through every tool takes about that long. */
const msEach = 250;
const maxPartsRead = 5;
const maxPages = 10_000;

interface Stored {
  mail: OddMail;
  id: string;
  /** As the server sees it; undefined where that cannot be read. */
  leaves: readonly Leaf[] | undefined;
}

/** The desk, and what was measured at it. */
interface Course {
  desk: ReadingDesk;
  slowest: { ms: number; name: string };
  /** How much the memory grew over one mail. */
  mostMb: number;
  /** By mail id: attachments counted in the list. */
  listed: Map<string, number>;
}

export const oddMail: Case = {
  id: 'B8',
  title: 'odd, damaged and hostile mail is read by every tool',
  run: (effort) =>
    atReadingDesk({}, async (desk) => {
      const mails = oddMails(effort);
      const stored = await store(desk, mails.slice(0, Math.ceil(effort.budgetMs / msEach)));
      const tally = new Tally(effort);
      const course: Course = { desk, slowest: { ms: 0, name: '' }, mostMb: 0, listed: new Map() };
      await warmUp(desk);
      await list(course, stored, { ...effort, budgetMs: effort.budgetMs / 4 }, tally);
      const score = { right: 0, of: 0 };
      for (const one of stored) {
        if (tally.isOver) break;
        const wrong = await measured(course, () => read(course, one));
        tally.count(one.mail.name, wrong);
        if (one.mail.kind !== 'corpus') continue;
        score.of++;
        if (wrong.length === 0) score.right++;
      }
      const { slowest, mostMb } = course;
      const figure = `slowest ${Math.round(slowest.ms)} ms (${slowest.name}), at most +${mostMb} MB, on ${desk.keeper}`;
      return tally.outcome({ of: mails.length, scores: { 'mail corpus': score }, figure });
    }),
};

/** Not all at once: they are large. */
async function store(desk: ReadingDesk, mails: readonly OddMail[]): Promise<Stored[]> {
  const ids: string[] = [];
  for (let at = 0; at < mails.length; at += 25) {
    ids.push(...(await desk.store(mails.slice(at, at + 25).map(({ raw }) => raw()))));
  }
  const leaves = await leavesByUid(desk.env);
  return mails.flatMap((mail, at) => {
    const id = ids[at];
    return id === undefined ? [] : [{ mail, id, leaves: leaves.get(Number(id.split('-').at(-1))) }];
  });
}

/** What is started for the first mail is no fault of the next. */
async function warmUp(desk: ReadingDesk): Promise<void> {
  const headers = ['Content-Type: text/html; charset=utf-8'];
  const [id] = await desk.store([letter({ subject: 'Ordinary', headers, body: '<p>Hello</p>' })]);
  await desk.ask('get_email', { id });
}

/** Watches the memory of the server meanwhile. */
async function measured(course: Course, work: () => Promise<string[]>): Promise<string[]> {
  const { server } = course.desk;
  const before = server.rssBytes();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, server.rssBytes());
  }, 50);
  const wrong = await work().finally(() => clearInterval(timer));
  const grownMb = Math.round((Math.max(most, server.rssBytes()) - before) / 1024 / 1024);
  course.mostMb = Math.max(course.mostMb, grownMb);
  return grownMb > maxGrowthMb ? [...wrong, `the server grew by ${grownMb} MB`] : wrong;
}

/** All of them are in the list, each once, with the first words of its text. */
async function list(course: Course, stored: readonly Stored[], effort: Effort, tally: Tally): Promise<void> {
  const clock = new Tally(effort);
  const asked = { folder: 'inbox', limit: 20, preview: true };
  let cursor: string | undefined;
  for (let page = 1; page <= maxPages; page++) {
    const more = cursor === undefined ? {} : { cursor };
    const { answer, slow } = await timed<SearchResult>(course, `page ${page}`, 'search_emails', {
      ...asked,
      ...more,
    });
    if (!answer.ok || slow) tally.count(`page ${page} of the list`, slow ?? told(answer));
    if (!answer.ok) return;
    for (const { id, attachments = 0 } of answer.data.emails) {
      if (course.listed.has(id)) tally.count(`page ${page} of the list`, `${id} once more`);
      course.listed.set(id, attachments);
    }
    cursor = answer.data.nextCursor;
    if (cursor === undefined) break;
    if (clock.isOver) return;
  }
  const missing = stored.filter(({ id }) => !course.listed.has(id)).map(({ mail }) => mail.name);
  tally.count('the list', missing.length > 0 ? `lacks ${missing.slice(0, 3)}` : undefined);
}

/** Through every tool that reads; what is wrong with the answers. */
async function read(course: Course, { mail, id, leaves }: Stored): Promise<string[]> {
  const ask = <T>(tool: string, args: Record<string, unknown>) => timed<T>(course, mail.name, tool, args);
  const text = await ask<Email>('get_email', { id, quoted: true, maxChars: 30_000 });
  const html = await ask<Email>('get_email', { id, format: 'html' });
  const source = await ask<Email>('get_email', { id, format: 'source' });
  const thread = await ask<EmailThread>('get_email_thread', { id });
  const parts = text.answer.ok ? (text.answer.data.attachments ?? []).map(({ part }) => part) : [];
  const attachments: Timed<AttachmentContent>[] = [];
  for (const part of parts.slice(0, maxPartsRead))
    attachments.push(await ask('get_attachment', { id, part }));
  const wrong = [text, html, source, thread, ...attachments].flatMap(({ tool, answer, slow }) => [
    ...(answer.ok ? [] : [`${tool}: ${told(answer)}`]),
    ...(slow ? [slow] : []),
  ]);
  if (!text.answer.ok) return wrong;
  const email = text.answer.data;
  if (source.answer.ok && source.answer.data.body.text === '' && mail.raw().length > 2)
    wrong.push('no source');
  if (!isDoubtful(email) && leaves) wrong.push(...countFaults(email, leaves, course.listed.get(id)));
  if (!isDoubtful(email) && !leaves) wrong.push('its structure cannot be read, and nothing says so');
  if (mail.kind === 'bomb') wrong.push(...bombFaults(email, attachments));
  // How the sandbox takes a broken mail apart is its own affair, and nobody's example.
  const isComparable = mail.kind === 'corpus' && course.desk.keeper === 'Dovecot';
  return isComparable ? [...wrong, ...disagreements(mail.name, email)] : wrong;
}

interface Timed<T> {
  tool: string;
  answer: ToolOutcome<T>;
  slow: string | undefined;
}

/** Calls a tool; the time in which others had the processor does not count. */
async function timed<T>(
  course: Course,
  name: string,
  tool: string,
  args: Record<string, unknown>,
): Promise<Timed<T>> {
  const { server } = course.desk;
  const starved = startOfStarving(server.pid);
  const started = performance.now();
  const answer = await server.call<T>(tool, args);
  const ms = performance.now() - started - starved();
  if (ms > course.slowest.ms) course.slowest = { ms, name: `${tool}, ${name}` };
  return { tool, answer, slow: ms > maxMs ? `${tool} took ${Math.round(ms)} ms` : undefined };
}

function told(answer: ToolOutcome<unknown>): string {
  return answer.ok ? '' : `${answer.error.code}: ${answer.error.message}`;
}

function isDoubtful({ warnings = [] }: Email): boolean {
  return warnings.some(({ code }) => code === 'malformed');
}

function countFaults(email: Email, leaves: readonly Leaf[], listed: number | undefined): string[] {
  const { attachments = [], omitted } = email;
  const files = attachments.filter(({ inline }) => !inline).length;
  if (omitted?.attachments) return [];
  return [
    ...attachmentFaults(
      attachments.map(({ part }) => part),
      leaves,
    ),
    ...(listed === undefined || listed === files ? [] : [`the list says ${listed} files, the mail ${files}`]),
  ];
}

/** Its headers must come; and all it says, or that this is not all. */
function bombFaults(email: Email, attachments: readonly Timed<AttachmentContent>[]): string[] {
  const contents = attachments.flatMap(({ answer }) => (answer.ok ? [answer.data] : []));
  const texts = [email.subject, email.body.text, ...contents.map(({ text = '' }) => text)];
  const warned = contents.some(({ warnings = [] }) => warnings.some(({ code }) => code === 'malformed'));
  const isMore =
    email.body.nextOffset !== undefined || contents.some(({ nextOffset }) => nextOffset !== undefined);
  const isWhole = texts.some((text) => text.includes(bombEnd));
  const hasHeaders = email.subject !== '' && email.from !== '';
  return [
    ...(hasHeaders ? [] : ['its headers are not there']),
    ...(isWhole || isMore || warned || isDoubtful(email) || email.invitation
      ? []
      : ['not whole, and nothing says so']),
  ];
}
