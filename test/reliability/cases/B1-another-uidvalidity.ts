import type { SearchResult } from '../../../src/domain/mail.ts';
import { dovecotAvailable, startDovecot } from '../../servers/dovecot.ts';
import { letter, mixed, part, parts } from '../../support/letters.ts';
import { type McpProcess, startServer, type ToolOutcome } from '../../support/mcp-client.ts';
import { type Case, type Effort, Tally } from '../case.ts';
import { alice, atMailbox, type MailboxDesk, once, type Picture } from '../support/mailbox-desk.ts';
import { entry } from '../support/server.ts';
import { spread } from '../support/spread.ts';

type Args = Record<string, unknown>;

/** Every tool that takes a mail id. */
const uses: Record<string, (id: string) => [tool: string, args: Args]> = {
  move: (id) => ['move_email', { ids: [id], folder: 'Archive' }],
  mark: (id) => ['mark_email', { ids: [id], add: ['flagged'], remove: ['read'] }],
  trash: (id) => ['delete_email', { ids: [id] }],
  delete: (id) => ['delete_email', { ids: [id], permanent: true }],
  read: (id) => ['get_email', { id }],
  'read source': (id) => ['get_email', { id, format: 'source' }],
  thread: (id) => ['get_email_thread', { id }],
  attachment: (id) => ['get_attachment', { id, part: '2' }],
  download: (id) => ['download_attachment', { id, part: '2' }],
  answer: (id) => ['create_draft', { inReplyTo: id, text: 'Yes.' }],
  forward: (id) => ['create_draft', { forwardOf: id, to: ['bob@sandbox.test'], text: 'See below.' }],
  attach: (id) => [
    'create_draft',
    { to: ['bob@sandbox.test'], attachments: [{ emailId: id, part: '2' }], text: 'x' },
  ],
  replace: (id) => ['create_draft', { replaces: id, text: 'Anew.' }],
  'send draft': (id) => ['send_draft', { id }],
  respond: (id) => ['respond_to_invitation', { emailId: id, response: 'accepted' }],
};

/** When the folder is made anew: its UIDs begin at 1 again, and other mails bear them. */
const moments = [
  'before',
  'read before',
  'after a restart',
  'at SELECT',
  'before the look',
  'inbox',
] as const;
type Moment = (typeof moments)[number];

interface Input {
  use: string;
  moment: Moment;
}

const changing = new Set(['move', 'mark', 'trash', 'delete']);

export const anotherUidValidity: Case = {
  id: 'B1',
  title: 'the folder is made anew under its name between listing and acting',
  async run(effort) {
    const tally = new Tally(effort);
    const inputs = moments.flatMap((moment) => Object.keys(uses).map((use) => ({ use, moment })));
    const share = { ...effort, budgetMs: effort.budgetMs * 0.8 };
    const real = dovecotAvailable();
    await Promise.all([
      atMailbox({}, (desk) => sandboxSweep(desk, inputs, share, tally)),
      real ? onDovecot(tally) : undefined,
    ]);
    const of = inputs.length + (real ? Object.keys(uses).length : 0);
    return tally.outcome({ of, ...(real ? {} : { leftOut: 'Dovecot' }) });
  },
};

async function sandboxSweep(desk: MailboxDesk, inputs: Input[], effort: Effort, tally: Tally): Promise<void> {
  const clock = new Tally(effort);
  for (const { use, moment } of spread(inputs, effort.seed)) {
    if (clock.isOver) break;
    desk.clear();
    const folder = moment === 'inbox' ? 'INBOX' : 'Work';
    desk.account.rebuild(desk.folder(folder).name);
    desk.put(folder, first);
    const [id = ''] = (await desk.ask<SearchResult>('search_emails', { folder })).emails.map(
      (mail) => mail.id,
    );
    if (moment === 'read before') await desk.ask('get_email', { id });
    const before = await rebuilt(desk, folder, moment);
    const [tool, args] = uses[use]?.(id) ?? ['', {}];
    const sent = desk.sandbox.smtp.accepted.length;
    const answer = await desk.call(tool, args);
    desk.faults = undefined;
    tally.count(`${use}, ${moment}`, [...refusal(use, answer), ...differences(before(), desk.picture())]);
    const isSent = desk.sandbox.smtp.accepted.length > sent;
    if (isSent) tally.mislabelled(`${use}, ${moment}`, 'a mail was sent');
  }
}

/** @returns how everything stood right after */
async function rebuilt(desk: MailboxDesk, folder: string, moment: Moment): Promise<() => Picture> {
  let before: Picture = new Map();
  const rebuild = () => {
    desk.account.rebuild(folder);
    desk.put(folder, second, ['\\Draft', '\\Seen']);
    before = desk.picture();
  };
  const command = { 'at SELECT': 'SELECT', 'before the look': 'UID FETCH' }[moment as string];
  if (!command) rebuild();
  else {
    // A SELECT comes when the old selection has ended; a read goes on in it until then.
    desk.line.dropAll('fin');
    const strike = once(command, { delayMs: 0 });
    desk.faults = (event) => {
      const struck = strike(event);
      if (struck) rebuild();
      return undefined;
    };
  }
  if (moment === 'after a restart') await desk.restart();
  return () => (before.size > 0 ? before : desk.picture());
}

/** What is wrong with an answer that should be: this id means nothing any more. */
function refusal(use: string, answer: ToolOutcome<Args>): string[] {
  const told = JSON.stringify(answer.ok ? answer.data : answer.error);
  if (told.includes('Second')) return [`shows another mail: ${told.slice(0, 200)}`];
  if (!answer.ok) {
    const isSaid = ['stale_reference', 'not_found', 'unavailable'].includes(answer.error.code);
    return isSaid ? [] : [`${answer.error.code}: ${answer.error.message}`];
  }
  if (!changing.has(use)) return [`answered: ${told.slice(0, 200)}`];
  const failed = (answer.data as { failed?: { code: string }[] }).failed ?? [];
  const isSaid = failed.every(({ code }) => ['stale_reference', 'not_found', 'unavailable'].includes(code));
  return failed.length === 1 && isSaid ? [] : [`answered: ${told.slice(0, 200)}`];
}

function differences(before: Picture, after: Picture): string[] {
  const text = (picture: Picture) => JSON.stringify([...picture].sort());
  return text(before) === text(after) ? [] : [`changed ${text(before)} into ${text(after)}`];
}

/** The same on a real server, with one folder made anew and every id in it asked for. */
async function onDovecot(tally: Tally): Promise<void> {
  const dovecot = await startDovecot();
  const own = { MAILBOX_RATE_LIMIT: '0', MAILBOX_PREFETCH: 'false', MAILBOX_DOWNLOAD_DIR: dovecot.dir };
  const env = { ...dovecot.mailEnv('alice'), ...own };
  const server: McpProcess = startServer(env, { entry });
  try {
    await server.initialize();
    await dovecot.deliver('alice', 'Work', first);
    const listed = await server.call<SearchResult>('search_emails', { folder: 'Work' });
    const id = listed.ok ? (listed.data.emails[0]?.id ?? '') : '';
    await dovecot.recreateFolder('alice', 'Work');
    await dovecot.deliver('alice', 'Work', second, { flags: ['\\Draft', '\\Seen'] });
    const { address } = dovecot.user('alice');
    const state = async () => {
      const told = await dovecot.doveadm('fetch', '-u', address, 'mailbox uid flags', 'all');
      return told.replaceAll(' \\Recent', '');
    };
    const before = await state();
    for (const [use, made] of Object.entries(uses)) {
      const answer = await server.call(...made(id));
      tally.count(`Dovecot, ${use}`, refusal(use, answer));
    }
    if ((await state()) !== before) tally.mislabelled('Dovecot', `changed ${before} into ${await state()}`);
  } finally {
    await server.end();
    await dovecot.stop();
  }
}

const first = message('First');
const second = message('Second');

/** Everything a tool could want of a mail: text, a file, an invitation. */
function message(word: string): Buffer {
  const invitation = [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//T//EN', 'METHOD:REQUEST', 'BEGIN:VEVENT'],
    ...[`UID:${word}`, 'DTSTAMP:20260101T000000Z', 'DTSTART:20270101T100000Z', 'DURATION:PT1H'],
    ...[`SUMMARY:${word}`, 'ORGANIZER:mailto:bob@sandbox.test', `ATTENDEE:mailto:${alice}`],
    ...['END:VEVENT', 'END:VCALENDAR'],
  ].join('\r\n');
  return letter({
    subject: `${word} subject`,
    headers: [mixed('b')],
    body: parts(
      'b',
      part(['Content-Type: text/plain'], `${word} text`),
      part(
        ['Content-Type: text/csv; name=a.csv', 'Content-Disposition: attachment; filename=a.csv'],
        `${word},file`,
      ),
      part(['Content-Type: text/calendar; method=REQUEST'], invitation),
    ),
  });
}
