import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { EventPage } from '../../../src/domain/calendar.ts';
import type { Email, EmailSummary, SearchResult } from '../../../src/domain/mail.ts';
import { type Case, type Effort, Tally } from '../case.ts';
import { corpusMails } from '../support/corpora.ts';
import { judge, type Told } from '../support/judge-payload.ts';
import { builtPayloads } from '../support/payloads/built.ts';
import { calendarPayloads } from '../support/payloads/calendar.ts';
import { hiddenPayloads } from '../support/payloads/hidden.ts';
import type { Payload } from '../support/payloads/payload.ts';
import { legitimatePayloads, unicodePayloads } from '../support/payloads/unicode.ts';
import * as visible from '../support/payloads/visible.ts';
import { atReadingDesk, type ReadingDesk } from '../support/reading-desk.ts';
import { spread } from '../support/spread.ts';

/** Folders of ordinary mail: what people and their programs sent, not what was made to break a parser. */
const ordinary = ['spamassassin', 'mox', 'thunderbird', 'mikel-mail', 'mimekit-mbox'];
/** Spam with words in white on white: said to hide text, and rightly so. */
const hiding = [
  'mox/junk__parse.eml',
  'mikel-mail/error_emails__content_transfer_encoding_empty.eml',
  'mikel-mail/error_emails__content_transfer_encoding_with_8bits.eml',
];

export const injection: Case = {
  id: 'D1',
  title: 'what a mail or an event says to the model only',
  run: (effort) =>
    atReadingDesk({}, async (desk) => {
      const built = builtPayloads();
      const [known, further] = [hiddenPayloads.slice(0, 4), ownPayloads().slice(4)];
      const payloads = [...known, ...built, ...spread(further, effort.seed)];
      const tally = new Tally(effort);
      const right = await tryAll(desk, tally, payloads);
      const score = { right, of: tally.inputs };
      const alarms = await falseAlarms(desk, effort);
      // Of a few mails one is more than a hundredth.
      const tooMany = alarms.warned.length > Math.max(1, alarms.of / 100);
      tally.count('ordinary mail', tooMany ? `said to hide text: ${alarms.warned}` : undefined);
      return tally.outcome({
        of: payloads.length + 1,
        scores: { injection: score },
        figure: `${alarms.warned.length} of ${alarms.of} ordinary mails said to hide text; mail on ${desk.keeper}`,
        ...(built.length === 0 && { leftOut: 'the shared corpora are not here' }),
      });
    }),
};

function ownPayloads(): Payload[] {
  return [
    ...[hiddenPayloads, unicodePayloads, legitimatePayloads, calendarPayloads].flat(),
    ...[visible.boundaryPayloads, visible.loaderPayloads, visible.linkPayloads].flat(),
    ...[visible.spoofPayloads, visible.mimePayloads].flat(),
  ];
}

/** @returns how many came to nothing */
async function tryAll(desk: ReadingDesk, tally: Tally, payloads: readonly Payload[]): Promise<number> {
  const mails = payloads.filter(({ kind }) => kind === 'eml');
  const ids = await desk.store(mails.map(({ raw }) => raw));
  const idOf = new Map(mails.map((payload, nth) => [payload, ids[nth] ?? '']));
  const found = await previews(desk);
  let right = 0;
  for (const payload of payloads) {
    if (tally.isOver) break;
    const id = idOf.get(payload);
    const wrong =
      id === undefined ? await readEvent(desk, payload) : await readMail(desk, payload, id, found.get(id));
    tally.count(payload.name, wrong);
    if (wrong.length === 0) right++;
  }
  return right;
}

async function previews(desk: ReadingDesk): Promise<Map<string, EmailSummary>> {
  const found = new Map<string, EmailSummary>();
  let cursor: string | undefined;
  do {
    const page = await desk.ask<SearchResult>('search_emails', {
      ...{ folder: 'inbox', preview: true, limit: 100 },
      ...(cursor && { cursor }),
    });
    for (const email of page.emails) found.set(email.id, email);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

async function readMail(
  desk: ReadingDesk,
  payload: Payload,
  id: string,
  found: EmailSummary | undefined,
): Promise<string[]> {
  const text = await desk.ask<Email>('get_email', { id });
  const told: Told[] = [
    { by: 'get_email', answer: text },
    { by: 'get_email html', answer: await desk.ask('get_email', { id, format: 'html' }) },
    { by: 'get_email_thread', answer: await desk.ask('get_email_thread', { id }) },
    ...(found ? [{ by: 'search_emails', answer: { emails: [found] } }] : []),
  ];
  const missing = found ? [] : ['search_emails does not list it'];
  const saved = payload.channel === 'attachment-name' ? await savedOutside(desk, text) : [];
  return [...judge(payload, told), ...missing, ...saved];
}

async function savedOutside(desk: ReadingDesk, { id, attachments = [] }: Email): Promise<string[]> {
  const part = attachments[0]?.part;
  if (part === undefined) return ['get_email lists no attachment'];
  const { path } = await desk.ask<{ path: string }>('download_attachment', { id, part });
  if (dirname(path) !== desk.downloads) return [`saved as ${path}`];
  return readFileSync(path, 'utf8').trim() === 'PAYLOAD' ? [] : ['saved something else'];
}

const agenda = { start: '2026-11-01', end: '2026-12-01' };
const mostMs = 1000;

async function readEvent(desk: ReadingDesk, payload: Payload): Promise<string[]> {
  desk.storeEvent('payload.ics', payload.raw.toString());
  const start = performance.now();
  const page = await desk.ask<EventPage>('get_calendar_events', agenda);
  const ms = performance.now() - start;
  const wrong = ms > mostMs ? [`the agenda took ${Math.round(ms)} ms`] : [];
  const [event] = page.events;
  const unread = page.incomplete?.length ?? 0;
  if (!event)
    return unread > 0 || isNever(payload) ? wrong : [...wrong, 'the agenda lacks it and does not say so'];
  const told = [
    { by: 'get_calendar_events', answer: page },
    { by: 'search_calendar', answer: await desk.ask('search_calendar', { query: event.title, ...agenda }) },
    { by: 'get_event', answer: await desk.ask('get_event', { id: event.id }) },
  ];
  return [...wrong, ...judge(payload, told)];
}

/** Rules that never fall into that month. */
function isNever({ channel }: Payload): boolean {
  return channel === 'calendar-dos';
}

async function falseAlarms(desk: ReadingDesk, effort: Effort): Promise<{ warned: string[]; of: number }> {
  const tally = new Tally({ ...effort, budgetMs: effort.budgetMs / 2 });
  const mails = spread(
    corpusMails(ordinary).filter(({ name }) => !hiding.includes(name)),
    effort.seed,
  );
  const ids = await desk.store(mails.map(({ raw }) => raw));
  const warned: string[] = [];
  for (const [nth, { name }] of mails.entries()) {
    if (tally.isOver) break;
    const answer = await desk.call<Email>('get_email', { id: ids[nth] ?? '' });
    const warnings = answer.ok ? (answer.data.warnings ?? []) : [];
    tally.count(name, undefined);
    if (warnings.some(({ code }) => code === 'hidden_text_removed')) warned.push(name);
  }
  return { warned, of: tally.inputs };
}
