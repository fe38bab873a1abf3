import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AttachmentContent, DownloadedFile, Email, SearchResult } from '../../../src/domain/mail.ts';
import { Random } from '../../bench/random.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import { type Case, type Effort, Tally } from '../case.ts';
import {
  type Long,
  longTexts,
  mailWithLargeFile,
  mailWithManyFiles,
  manyFiles,
} from '../support/long-mails.ts';
import { atReadingDesk, type ReadingDesk } from '../support/reading-desk.ts';
import { spread } from '../support/spread.ts';

const pageMs = 3_000;
const maxAnswerBytes = 40_000;

interface Page {
  text: string;
  totalChars: number | undefined;
  nextOffset: number | undefined;
  warned: boolean;
}

interface Desk {
  desk: ReadingDesk;
  tally: Tally;
  /** For each input. */
  share: Effort;
}

export const wholeInPages: Case = {
  id: 'B9',
  title: 'what is too long for an answer is marked, and its pages make the whole to the byte',
  run: (effort) =>
    atReadingDesk({}, async (desk) => {
      const tally = new Tally(effort);
      const inputs: ((at: Desk) => Promise<void>)[] = [
        ...longTexts.map((long) => (at: Desk) => readLong(at, long)),
        readManyFiles,
        readLargeFile,
      ];
      const share = { ...effort, budgetMs: effort.budgetMs / inputs.length };
      let done = 0;
      for (const input of spread(inputs, effort.seed)) {
        if (tally.isOver) break;
        await input({ desk, tally, share });
        done++;
      }
      const figure = `${tally.inputs} pages and files of ${done} of ${inputs.length} mails, on ${desk.keeper}`;
      return tally.outcome({ figure });
    }),
};

/** Page after page, each a piece of the whole; when time is up, pages from anywhere, and the last. */
async function readLong({ desk, tally, share }: Desk, long: Long): Promise<void> {
  const { name, asks, isCut = false } = long;
  const [id = ''] = await desk.store([long.raw()]);
  const whole = long.whole();
  const clock = new Tally(share);
  const random = new Random(share.seed);
  const ask = async (offset: number): Promise<number | undefined> => {
    const maxChars = random.pick([30_000, 30_000, 20_001, 7_777]);
    const started = performance.now();
    const page = await pageOf(desk, id, asks, { offset, maxChars });
    const ms = performance.now() - started;
    const wrong = typeof page === 'string' ? [page] : faultsOf(page, whole, { offset, isCut, maxChars });
    if (ms > pageMs) wrong.push(`took ${Math.round(ms)} ms`);
    tally.count(`${name} from ${offset}`, wrong);
    return typeof page === 'string' || wrong.length > 0 ? undefined : page.nextOffset;
  };
  let offset: number | undefined = 0;
  while (offset !== undefined && !clock.isOver) offset = await ask(offset);
  if (offset === undefined) return;
  await ask(startOf(whole, random.below(whole.length)));
  await ask(startOf(whole, whole.length - 100));
  await ask(whole.length);
}

/** Not between the halves of a character. */
function startOf(text: string, index: number): number {
  return (text.codePointAt(index - 1) ?? 0) > 0xffff ? index - 1 : index;
}

async function pageOf(
  desk: ReadingDesk,
  id: string,
  asks: Long['asks'],
  range: { offset: number; maxChars: number },
): Promise<Page | string> {
  if ('part' in asks) {
    const answer = await desk.call<AttachmentContent>('get_attachment', { id, ...asks, ...range });
    return answer.ok
      ? page(answer, { ...answer.data, text: answer.data.text ?? '' }, answer.data.warnings)
      : refusal(answer);
  }
  const answer = await desk.call<Email>('get_email', { id, ...asks, quoted: true, ...range });
  return answer.ok ? page(answer, answer.data.body, answer.data.warnings) : refusal(answer);
}

function page(
  answer: ToolOutcome<unknown>,
  {
    text,
    totalChars,
    nextOffset,
  }: { text: string; totalChars?: number | undefined; nextOffset?: number | undefined },
  warnings: Email['warnings'] = [],
): Page | string {
  const bytes = Buffer.byteLength(String(answer.content[0]?.text));
  if (bytes > maxAnswerBytes) return `an answer of ${bytes} bytes`;
  return { text, totalChars, nextOffset, warned: warnings.some(({ code }) => code === 'malformed') };
}

function refusal(answer: ToolOutcome<unknown>): string {
  return answer.ok ? '' : `${answer.error.code}: ${answer.error.message}`;
}

function faultsOf(
  { text, totalChars, nextOffset, warned }: Page,
  whole: string,
  { offset, isCut, maxChars }: { offset: number; isCut: boolean; maxChars: number },
): string[] {
  const end = nextOffset ?? totalChars ?? 0;
  const wrong: string[] = [];
  if (text !== whole.slice(offset, end)) wrong.push(`not the text from ${offset} to ${end}`);
  const isMuch = isCut && (totalChars ?? 0) > whole.length / 2;
  if (totalChars !== whole.length && !isMuch)
    wrong.push(`says ${totalChars} characters, not ${whole.length}`);
  if (text.length > maxChars) wrong.push(`${text.length} characters, more than asked for`);
  if (nextOffset !== undefined && nextOffset <= offset) wrong.push('leads back');
  if (isCut !== warned) wrong.push(isCut ? 'the cut is not marked' : 'warns of what is whole');
  return wrong;
}

async function readManyFiles({ desk, tally, share }: Desk): Promise<void> {
  const [id = ''] = await desk.store([mailWithManyFiles()]);
  const { attachments = [], omitted } = await desk.ask<Email>('get_email', { id });
  const told = attachments.length + (omitted?.attachments ?? 0);
  tally.count(`${manyFiles.count} files`, told === manyFiles.count ? undefined : `${told} files are told of`);
  const page = await desk.ask<SearchResult>('search_emails', { subject: 'Many' });
  const counted = page.emails[0]?.attachments;
  tally.count('their count in a search', counted === manyFiles.count ? undefined : `says ${counted}`);
  const clock = new Tally(share);
  const numbers = Array.from({ length: manyFiles.count }, (_, at) => at + 1);
  for (const number of spread(numbers, share.seed)) {
    if (clock.isOver) break;
    const answer = await desk.call<AttachmentContent>('get_attachment', { id, part: String(number + 1) });
    const text = answer.ok ? answer.data.text : refusal(answer);
    tally.count(`file ${number}`, text === manyFiles.textOf(number) ? undefined : `holds ${text}`);
  }
}

async function readLargeFile({ desk, tally, share }: Desk): Promise<void> {
  const { raw, file } = mailWithLargeFile(share.seed);
  const [id = ''] = await desk.store([raw]);
  const started = performance.now();
  const email = await desk.ask<Email>('get_email', { id });
  const ms = performance.now() - started;
  const size = email.attachments?.[0]?.size ?? 0;
  const wrong = [
    ...(ms > pageMs ? [`took ${Math.round(ms)} ms`] : []),
    ...(Math.abs(size - file.length) > 2 ? [`a file of ${size} bytes`] : []),
    ...(email.body.text === 'see file' ? [] : [`the text is ${email.body.text.slice(0, 100)}`]),
  ];
  tally.count('mail of 25 MB', wrong);
  const saved = await desk.ask<DownloadedFile>('download_attachment', { id, part: '2' });
  const sum = createHash('sha256').update(file).digest('hex');
  const stored = readFileSync(saved.path);
  if (!stored.equals(file)) tally.mislabelled('file of 18 MB', 'what was saved is something else');
  const isToldSo = saved.size === file.length && saved.sha256 === sum;
  tally.count('file of 18 MB', isToldSo ? undefined : `says ${saved.size} bytes, ${saved.sha256}`);
}
