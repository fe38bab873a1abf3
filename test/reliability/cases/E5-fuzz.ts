import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { type Case, type Effort, Tally } from '../case.ts';
import { corpusMails } from '../support/corpora.ts';
import { asked, type Fuzz, fuzz } from '../support/fuzz.ts';
import {
  argumentsOf,
  canary,
  hiddenHtml,
  htmlSoup,
  type ImapNoise,
  icsSoup,
  imapNoise,
  mimeSoup,
  mutated,
} from '../support/fuzz-inputs.ts';
import { alice, atMailbox, type MailboxDesk } from '../support/mailbox-desk.ts';

interface Shown {
  body: { text: string; totalChars: number };
  attachments?: { part: string }[];
}

const goodEvent = [
  'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:good\r\nDTSTAMP:20260101T000000Z',
  'DTSTART:20260302T120000Z\r\nDTEND:20260302T130000Z\r\nSUMMARY:Good\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
].join('\r\n');
/** Patience with a server that leaves its answer unfinished; then the line breaks, as lines do. */
const unfinishedMs = 2000;
/** HTML may take a second on a loaded machine, and then an excerpt comes. */
const longestMs = 5000;

export const fuzzed: Case = {
  id: 'E5',
  title: 'fuzz: mail, HTML, calendars, IMAP replies and tool arguments nobody would think of',
  run: (effort) =>
    atMailbox({ env: { MAILBOX_SEND_LIMIT: '10000' } }, async (desk) => {
      const tally = new Tally(effort);
      const targets = [mime(desk), html(desk), seenHtml(desk), ics(desk), imap(desk), await tools(desk)];
      const share: Effort = { ...effort, budgetMs: effort.budgetMs / targets.length };
      const counts: string[] = [];
      for (const target of targets) {
        const before = tally.inputs;
        await fuzz(target as Fuzz<unknown>, share, tally);
        counts.push(`${tally.inputs - before} ${target.name}`);
      }
      return tally.outcome({ figure: counts.join(', ') });
    }),
};

function mime(desk: MailboxDesk): Fuzz<string> {
  const known = corpusMails().map(({ raw }) => raw);
  const own = Buffer.from(
    'From: a@b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n',
  );
  const files = [own, ...known.filter(({ length }) => length < 200_000)];
  return {
    name: 'mails',
    inputs: fc.oneof(mimeSoup, mutated(files)),
    check: (text) => readEverything(desk, Buffer.from(text, 'latin1')),
  };
}

/** Every tool that reads a mail. */
async function readEverything(desk: MailboxDesk, raw: Buffer): Promise<string[]> {
  const id = desk.put('INBOX', raw);
  const { answer, wrong } = await asked<Shown>(desk.server, 'get_email', { id });
  if (!answer.ok) wrong.push(`get_email: ${answer.error.code}: ${answer.error.message}`);
  const parts = answer.ok ? (answer.data.attachments ?? []).slice(0, 2) : [];
  const reads: [string, Record<string, unknown>][] = [
    ['get_email', { id, format: 'html', quoted: true }],
    ['get_email', { id, format: 'source' }],
    ['get_email_thread', { id }],
    ['search_emails', { folder: 'INBOX', limit: 3, preview: true }],
    ...parts.map(({ part }): [string, Record<string, unknown>] => ['get_attachment', { id, part }]),
  ];
  const answers = await Promise.all(reads.map(([tool, args]) => asked(desk.server, tool, args)));
  const inbox = desk.folder('INBOX');
  inbox.expunge(inbox.messages);
  return [...wrong, ...answers.flatMap(({ wrong }) => wrong)];
}

async function shownOf(desk: MailboxDesk, body: string): Promise<{ text: string; wrong: string[] }> {
  const raw = Buffer.from(`From: a@b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${body}\r\n`);
  const id = desk.put('INBOX', raw);
  const { answer, wrong } = await asked<Shown>(desk.server, 'get_email', { id });
  const inbox = desk.folder('INBOX');
  inbox.expunge(inbox.messages);
  return answer.ok
    ? { text: answer.data.body.text, wrong }
    : { text: '', wrong: [...wrong, `${answer.error.code}: ${answer.error.message}`] };
}

function html(desk: MailboxDesk): Fuzz<string> {
  return { name: 'HTML soups', inputs: htmlSoup, check: async (body) => (await shownOf(desk, body)).wrong };
}

function seenHtml(desk: MailboxDesk): Fuzz<string> {
  return {
    name: 'hidden texts',
    inputs: hiddenHtml,
    async check(body) {
      const { text, wrong } = await shownOf(desk, body);
      return [
        ...wrong,
        ...(text.includes(canary) ? [`shows what is hidden: ${text}`] : []),
        ...(text.includes('SEEN') ? [] : [`hides what is seen: ${text}`]),
      ];
    },
  };
}

function ics(desk: MailboxDesk): Fuzz<string> {
  const calendar = desk.sandbox.caldav.calendars.user(alice).collection('Kalender');
  calendar.put('good.ics', goodEvent);
  return {
    name: 'calendars',
    inputs: icsSoup,
    async check(body) {
      calendar.put('odd.ics', body);
      const range = { start: '2026-03-01', end: '2026-03-05' };
      type Page = { events: { title: string; id: string }[]; nextCursor?: string };
      const { answer, wrong } = await asked<Page>(desk.server, 'get_calendar_events', range);
      const titles = answer.ok ? answer.data.events.map(({ title }) => title) : [answer.error.code];
      const odd = answer.ok ? answer.data.events.find(({ title }) => title !== 'Good') : undefined;
      const others = await Promise.all([
        asked(desk.server, 'get_free_busy', range),
        asked(desk.server, 'search_calendar', { query: 'words' }),
        ...(odd ? [asked(desk.server, 'get_event', { id: odd.id })] : []),
      ]);
      const invited = await shownInvitation(desk, body);
      const isCut = answer.ok && answer.data.nextCursor !== undefined;
      const lost = isCut || titles.includes('Good') ? [] : [`the other event is gone: ${titles}`];
      return [...wrong, ...others.flatMap(({ wrong }) => wrong), ...invited, ...lost];
    },
  };
}

async function shownInvitation(desk: MailboxDesk, body: string): Promise<string[]> {
  const type = 'Content-Type: text/calendar; method=REQUEST; charset=utf-8';
  const id = desk.put('INBOX', Buffer.from(`From: a@b\r\n${type}\r\n\r\n${body}`));
  const { wrong } = await asked(desk.server, 'get_email', { id });
  const inbox = desk.folder('INBOX');
  inbox.expunge(inbox.messages);
  return wrong;
}

function imap(desk: MailboxDesk): Fuzz<readonly [string, ImapNoise]> {
  const calls: Record<string, Record<string, unknown>> = {
    search_emails: { folder: 'INBOX' },
    get_folders: {},
    get_email: {},
    mark_email: { add: ['flagged'] },
  };
  return {
    name: 'IMAP replies',
    inputs: fc.tuple(fc.constantFrom(...Object.keys(calls)), imapNoise),
    async check([tool, noise]) {
      const id = desk.put('INBOX', { subject: 'Stays', body: 'x' });
      let seen = 0;
      // Where a new line begins, as far as one piece tells; what stands inside a literal is the same to us.
      desk.rewrite = (text) =>
        text.replace(/^(?=\* |\w+ (?:OK|NO))/gmu, () => {
          const at = seen++;
          return noise.flatMap(({ line, text: words }) => (line === at ? [words] : [])).join('');
        });
      const ids = { get_email: { id }, mark_email: { ids: [id] } }[tool] ?? {};
      const work = asked(
        desk.server,
        tool,
        { ...calls[tool], ...ids },
        { withinMs: longestMs * 2, maxBytes: 200_000 },
      );
      await Promise.race([work, sleep(unfinishedMs)]);
      desk.line.dropAll();
      desk.rewrite = undefined;
      const { wrong } = await work;
      const ill = await desk.heals();
      desk.clear();
      return [...wrong, ...(ill ? [ill] : [])];
    },
  };
}

async function tools(desk: MailboxDesk): Promise<Fuzz<readonly [string, Record<string, unknown>]>> {
  type Listed = { name: string; inputSchema: Parameters<typeof argumentsOf>[0] };
  const { tools } = (await desk.server.request('tools/list')) as { tools: Listed[] };
  const calls = tools.map(({ name, inputSchema }) => fc.tuple(fc.constant(name), argumentsOf(inputSchema)));
  return {
    name: 'tool arguments',
    inputs: fc.oneof(...calls),
    check: async ([tool, args]) => (await asked(desk.server, tool, args)).wrong,
  };
}
