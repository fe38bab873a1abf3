import type { EventPage } from '../../../src/domain/calendar.ts';
import type { Email } from '../../../src/domain/mail.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import { type Case, Tally } from '../case.ts';
import { misplaced, textsOf } from '../support/answer-texts.ts';
import { eventFields, line, mailFields } from '../support/forged-fields.ts';
import { forgeries } from '../support/payloads/visible.ts';
import { alice, atDesk, bob, type SendingDesk } from '../support/sending-desk.ts';
import { spread } from '../support/spread.ts';

interface Input {
  name: string;
  canary: string;
  /** What comes back when the forgery is in its place; each outcome with the tool it is of. */
  tried(desk: SendingDesk): Promise<[string, ToolOutcome<unknown>][]>;
}

export const forgedBoundaries: Case = {
  id: 'D2',
  title: 'ends of answers forged in every field and in what servers say',
  run: (effort) =>
    atDesk({ env: { MAILBOX_PREFETCH: 'false' } }, async (desk) => {
      const tally = new Tally(effort);
      const inputs = forgeries.flatMap((forgery, nth) => inputsOf(forgery, `CANARY${nth}X`));
      for (const { name, canary, tried } of spread(inputs, effort.seed)) {
        if (tally.isOver) break;
        const outcomes = await tried(desk);
        tally.count(
          name,
          outcomes.flatMap(([tool, outcome]) => faultsOf(tool, outcome, canary)),
        );
      }
      const lines = desk.server.stderr.split('\n').filter((text) => text !== '' && !logLine.test(text));
      tally.count(
        'the log',
        lines.slice(0, 3).map((text) => `a line that is not ours: ${text.slice(0, 100)}`),
      );
      return tally.outcome({ of: inputs.length + 1 });
    }),
};

/** `2026-11-21T08:00:00.000Z info imap …`, and nothing that moves a cursor. */
const logLine = /^\d{4}-\d\d-\d\dT[\d:.]+Z (?:error|warn|info|debug) [^\p{Cc}]*$/u;

function inputsOf(template: string, canary: string): Input[] {
  const forgery = template.replaceAll('%', canary);
  const about = (place: string) => `${place}: ${JSON.stringify(forgery).slice(0, 60)}`;
  return [
    ...Object.entries(mailFields).map(([field, mail]) => {
      return { name: about(field), canary, tried: (desk: SendingDesk) => readMail(desk, mail(forgery)) };
    }),
    ...Object.entries(eventFields).map(([field, lines]) => {
      return { name: about(field), canary, tried: (desk: SendingDesk) => readEvent(desk, lines(forgery)) };
    }),
    { name: about('folder'), canary, tried: (desk) => readFolder(desk, line(forgery)) },
    ...answers(line(forgery)).map(({ place, command, fault, tool, args }) => ({
      name: about(place),
      canary,
      tried: async (desk: SendingDesk): Promise<[string, ToolOutcome<unknown>][]> => {
        desk.faults = (event) => (event.command === command ? fault : undefined);
        try {
          return [[tool, await desk.server.call(tool, args())]];
        } finally {
          desk.faults = undefined;
        }
      },
    })),
    ...[403, 409, 500, 507].map((status) => ({
      name: about(`CalDAV ${status}`),
      canary,
      tried: async (desk: SendingDesk): Promise<[string, ToolOutcome<unknown>][]> => {
        const body = `<error xmlns="DAV:"><x>${forgery.replace(/[<&]/gu, '')}</x></error>`;
        const headers = { 'Content-Type': 'text/xml', 'X-Reason': line(forgery).replace(/[^ -~]/gu, '') };
        desk.sandbox.caldav.faults.plan({ method: 'PUT', times: 3 }, { status, headers, body });
        const outcome = await desk.server.call('create_event', { title: 'Sync', start: '2026-12-01T10:00' });
        desk.sandbox.caldav.faults.clear();
        return [['create_event', outcome]];
      },
    })),
  ];
}

let letters = 0;
const message = () => ({ to: [bob], subject: `Letter ${++letters}`, text: 'x' });

interface ServerAnswer {
  place: string;
  command: string;
  fault: Fault;
  tool: string;
  args(): Record<string, unknown>;
}

/** What servers say when they refuse, in their own words. */
function answers(forgery: string): ServerAnswer[] {
  const search = { tool: 'search_emails', args: () => ({ folder: 'inbox', subject: `none ${++letters}` }) };
  const send = { tool: 'send_email', args: message };
  return [
    { place: 'IMAP NO', command: 'UID SEARCH', fault: { reply: `NO [X-${forgery}] ${forgery}` }, ...search },
    { place: 'IMAP BAD', command: 'UID SEARCH', fault: { reply: `BAD ${forgery}` }, ...search },
    { place: 'IMAP BYE', command: 'UID SEARCH', fault: { reply: `* BYE ${forgery}` }, ...search },
    {
      place: 'IMAP ALERT',
      command: 'UID SEARCH',
      fault: { before: `* OK [ALERT] ${forgery}\r\n` },
      ...search,
    },
    {
      ...{ place: 'IMAP CREATE', command: 'CREATE', fault: { reply: `NO ${forgery}` } },
      ...{ tool: 'create_directory', args: () => ({ path: 'New' }) },
    },
    { place: 'SMTP MAIL', command: 'MAIL', fault: { reply: `550 5.7.1 ${forgery}` }, ...send },
    {
      place: 'SMTP RCPT',
      command: 'RCPT',
      fault: { reply: `550-5.1.1 ${forgery}\r\n550 5.1.1 ${forgery}` },
      ...send,
    },
    { place: 'SMTP DATA', command: '.', fault: { reply: `554 5.6.0 ${forgery}` }, ...send },
    { place: 'SMTP 421', command: 'RCPT', fault: { reply: `421 4.3.2 ${forgery}` }, ...send },
    { place: 'IMAP APPEND', command: 'APPEND', fault: { reply: `NO ${forgery}` }, ...send },
  ];
}

async function readMail(desk: SendingDesk, raw: Buffer): Promise<[string, ToolOutcome<unknown>][]> {
  const { uid } = desk.sandbox.deliver(alice, 'INBOX', raw, { flags: ['\\Seen'] });
  const { uidValidity } = desk.sandbox.store.account(alice).find('INBOX') ?? { uidValidity: 0 };
  const id = `INBOX/${uidValidity.toString(36)}-${uid}`;
  const read = await desk.server.call<Email>('get_email', { id });
  const parts = read.ok ? (read.data.attachments ?? []).map(({ part }) => part) : [];
  return [
    ['get_email', read],
    ['get_email', await desk.server.call('get_email', { id, format: 'html' })],
    ['get_email_thread', await desk.server.call('get_email_thread', { id })],
    ['search_emails', await desk.server.call('search_emails', { folder: 'inbox', limit: 1, preview: true })],
    ...(await Promise.all(
      parts.map(async (part): Promise<[string, ToolOutcome<unknown>]> => {
        return ['get_attachment', await desk.server.call('get_attachment', { id, part })];
      }),
    )),
    ['send_email', await desk.server.call('send_email', { inReplyTo: id, text: `Answer ${++letters}` })],
  ];
}

async function readEvent(desk: SendingDesk, lines: string[]): Promise<[string, ToolOutcome<unknown>][]> {
  const start = lines.some((text) => text.startsWith('DTSTART')) ? [] : ['DTSTART:20261110T100000Z'];
  const event = ['UID:forged', 'DTSTAMP:20261101T000000Z', ...start, 'DURATION:PT1H', ...lines];
  const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', 'BEGIN:VEVENT', ...event, 'END:VEVENT'];
  const calendar = desk.sandbox.caldav.calendars.user(alice).collection('Kalender');
  calendar.put('forged.ics', [...text, 'END:VCALENDAR', ''].join('\r\n'));
  const range = { start: '2026-11-09', end: '2026-11-12' };
  const page = await desk.server.call<EventPage>('get_calendar_events', range);
  const id = page.ok ? page.data.events[0]?.id : undefined;
  return [
    ['get_calendar_events', page],
    ['search_calendar', await desk.server.call('search_calendar', { query: 'Sync', ...range })],
    ...(id === undefined
      ? []
      : ([['get_event', await desk.server.call('get_event', { id })]] as [string, ToolOutcome<unknown>][])),
  ];
}

async function readFolder(desk: SendingDesk, name: string): Promise<[string, ToolOutcome<unknown>][]> {
  const path = `F ${name.replace(/[/%*\\"]/gu, '').slice(0, 100)}`;
  desk.sandbox.deliver(alice, path, 'Subject: x\r\n\r\nx');
  return [
    ['get_folders', await desk.server.call('get_folders')],
    ['get_email', await desk.server.call('get_email', { id: `${path}/zzz-9` })],
    ['delete_directory', await desk.server.call('delete_directory', { path })],
  ];
}

/** Fields that repeat what the caller named, or what a list of folders is called. */
const named = /^(?:folder|searched\[\]|path|incomplete\[\]\.where|id|emails\[\]\.(?:id|folder))$/u;

function faultsOf(tool: string, outcome: ToolOutcome<unknown>, canary: string): string[] {
  const blocks = outcome.content.filter(({ type }) => type !== 'image');
  const wrong = blocks.length === 1 && blocks[0]?.type === 'text' ? [] : [`${tool}: ${blocks.length} blocks`];
  if (!outcome.ok) {
    const { code, ...said } = outcome.error;
    const leaks = textsOf(said).filter(({ text }) => text.includes(canary));
    if (code === 'internal') wrong.push(`${tool}: internal error: ${said.message}`);
    return [...wrong, ...leaks.map(({ path, text }) => `${tool}: error.${path} says ${text.slice(0, 200)}`)];
  }
  const places = misplaced(outcome.data, canary).filter((path) => !named.test(path));
  return [...wrong, ...new Set(places.map((path) => `${tool} has it in ${path}`))];
}
