import type { CalendarPort, SchedulePort } from '../../src/domain/calendar-port.ts';
import type { FilingPort } from '../../src/domain/filing-port.ts';
import type { CallContext, MailPort } from '../../src/domain/mail-port.ts';
import type { OutboxPort } from '../../src/domain/outbox-port.ts';
import type { Services } from '../../src/domain/services.ts';
import type { StatusPort } from '../../src/domain/status.ts';
import type { WatchPort } from '../../src/domain/watch-port.ts';
import type { Tool } from '../../src/tools/define-tool.ts';

export interface Asked {
  method: string;
  request: unknown;
  context: CallContext;
}

const authentication = { verdict: 'pass' as const, dmarc: 'pass' };
export const mailId = 'INBOX/s44we8-4711';
/** An argument for every field that some tool demands. */
const demanded = {
  id: mailId,
  ids: [mailId],
  part: '2',
  folder: 'archive',
  path: 'A',
  newPath: 'B',
  title: 'A',
  start: '2026-11-20',
  end: '2026-11-21',
  query: 'a',
  response: 'accepted',
};

/** What a tool cannot be called without. */
export function leastArguments({ input }: Tool): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(demanded).filter(
      ([field]) => field in input.shape && !input.shape[field]?.safeParse(undefined).success,
    ),
  );
}

/** Hand-made ports that give a small answer to everything and remember what they were asked. */
export function fakeServices(
  overrides: Partial<MailPort> &
    Partial<FilingPort> &
    Partial<OutboxPort> &
    Partial<StatusPort> &
    Partial<WatchPort> &
    Partial<CalendarPort> = {},
): Services & { asked: Asked[] } {
  const asked: Asked[] = [];
  const answer =
    <T>(method: string, result: T) =>
    async (...args: unknown[]): Promise<T> => {
      const context = args.at(-1) as CallContext;
      asked.push({ method, request: args.length > 1 ? args[0] : undefined, context });
      return result;
    };
  const mail: MailPort = {
    folders: answer('folders', { folders: [{ path: 'INBOX', role: 'inbox', total: 2, unread: 0 }] }),
    search: answer('search', { total: 0, emails: [], searched: ['INBOX'], incomplete: [] }),
    read: answer('read', {
      ...{
        id: mailId,
        messageId: '<a@rig.test>',
        date: '2026-11-20T10:00:00+01:00',
        from: 'Bob <bob@rig.test>',
      },
      ...{ to: ['alice@rig.test'], cc: [], subject: 'Lunch', folder: 'INBOX', flags: [], authentication },
      body: { text: 'At noon?', format: 'text', totalChars: 8 },
    }),
    thread: answer('thread', { subject: 'Lunch', participants: [], total: 0, emails: [] }),
    attachment: answer('attachment', { content: { name: 'a.txt', type: 'text/plain', size: 1, text: 'a' } }),
    download: answer('download', { path: '/tmp/a.txt', size: 1, sha256: 'ca97' }),
  };
  const filing: FilingPort = {
    move: answer('move', { moved: [{ id: mailId, newId: 'Archive/s44we8-1' }] }),
    mark: answer('mark', { updated: [{ id: mailId, flags: [] }] }),
    remove: answer('remove', { trashed: [{ id: mailId }] }),
    createFolder: answer('createFolder', { path: 'A' }),
    renameFolder: answer('renameFolder', { path: 'B' }),
    deleteFolder: answer('deleteFolder', { path: 'A' }),
  };
  const people = { from: 'alice@rig.test', to: ['bob@rig.test'] };
  const sent = { status: 'sent' as const, messageId: '<b@rig.test>', ...people, accepted: ['bob@rig.test'] };
  const outbox: OutboxPort = {
    send: answer('send', sent),
    sendDraft: answer('sendDraft', sent),
    createDraft: answer('createDraft', {
      ...{ id: 'Drafts/s44we8-1', messageId: '<b@rig.test>', folder: 'Drafts', ...people },
      subject: 'Lunch',
    }),
  };
  const status: StatusPort = {
    status: answer('status', { version: '0.1.0', uptimeSeconds: 1, accounts: [] }),
  };
  const watch: WatchPort = { watch: answer('watch', { stop: async () => undefined }) };
  const event = {
    ...{ id: 'work/8f2c', calendar: 'work', title: 'Lunch' },
    ...{ start: '2026-11-20T12:00:00+01:00', end: '2026-11-20T13:00:00+01:00' },
  };
  const page = { timezone: 'Europe/Berlin', events: [event] };
  const calendar: CalendarPort = {
    listCalendars: answer('listCalendars', { calendars: [], timezone: 'Europe/Berlin' }),
    getEvents: answer('getEvents', page),
    getEvent: answer('getEvent', event),
    searchEvents: answer('searchEvents', page),
    getFreeBusy: answer('getFreeBusy', { timezone: 'Europe/Berlin', busy: [], free: [] }),
    eventIdOf: answer('eventIdOf', undefined),
  };
  const schedule: SchedulePort = {
    createEvent: answer('createEvent', event),
    updateEvent: answer('updateEvent', { ...event, changed: ['title'] }),
    deleteEvent: answer('deleteEvent', { deleted: { id: event.id } }),
    respond: answer('respond', { ...event, replySent: 'server' as const }),
  };
  return {
    schedule,
    calendar: { ...calendar, ...overrides },
    mail: { ...mail, ...overrides },
    filing: { ...filing, ...overrides },
    outbox: { ...outbox, ...overrides },
    status: { ...status, ...overrides },
    watch: { ...watch, ...overrides },
    asked,
  };
}
