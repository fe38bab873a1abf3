import type { CreatedEvent, EventPage, EventSummary, UpdatedEvent } from '../../../src/domain/calendar.ts';
import type { McpProcess } from '../../support/mcp-client.ts';
import { byHand } from '../calendar-floor.ts';
import type { CalendarOwner, CalendarRig, Measured } from '../calendar-rig.ts';
import { plantedWord, seedYear } from '../calendar-seed.ts';
import { largeCalendar } from '../calendar-store.ts';
import { median, tokens } from '../measure.ts';
import { atMost, type Row } from '../table.ts';

const warmedUp = 6;
const otherMonths = [7, 8, 3, 4, 9];
const places = { solo: 'one calendar', bench: 'four calendars' } as const;

/** What a large calendar costs a user who has nothing else, and one who has three small ones beside it. */
export async function calendarCases(rig: CalendarRig): Promise<Row[]> {
  const rows: Row[] = [];
  for (const owner of ['solo', 'bench'] as const) {
    const server = await rig.spawn(owner);
    if (owner === 'solo') rows.push(await listing(server));
    const emptyBytes = server.rssBytes();
    rows.push(...(await firstLook(rig, server, owner)));
    rows.push(...(await laterLooks(rig, server, owner)));
    rows.push(...(await writing(rig, server, owner)));
    const more = (server.rssBytes() - emptyBytes) / 1e6;
    rows.push(atMost(`memory after all this, ${places[owner]}`, 120, more, 'MB more'));
    await server.end();
  }
  return rows;
}

async function listing(server: McpProcess): Promise<Row> {
  const { tools } = await server.request('tools/list');
  const listed = (tools as { name: string }[]).filter(({ name }) =>
    /calendar|event|busy|invitation/u.test(name),
  );
  const row = atMost(
    'tools/list of the calendar tools, whole',
    3500,
    tokens(size(listed)),
    'tokens',
    `${listed.length} tools`,
  );
  return { ...row, held: row.held && listed.length === 9 };
}

async function firstLook(rig: CalendarRig, server: McpProcess, owner: CalendarOwner): Promise<Row[]> {
  const floorMs = await byHand(rig, owner);
  const first = await rig.call<EventPage>(server, 'get_calendar_events', month(warmedUp));
  const { events } = whole(first.value);
  const bytes = size(events) / events.length;
  return [
    atMost(`first month view, ${places[owner]}`, 4000, first.ms, 'ms', shares(first)),
    atMost(
      `first month view, ${places[owner]}`,
      1.5,
      first.ms / floorMs,
      'x by hand',
      `${ms(floorMs)} by hand`,
    ),
    atMost(`a listed event, ${places[owner]}`, 80, tokens(bytes), 'tokens'),
    atMost(`a list of no stated length, ${places[owner]}`, 4000, tokens(size(first.value)), 'tokens'),
  ];
}

async function laterLooks(rig: CalendarRig, server: McpProcess, owner: CalendarOwner): Promise<Row[]> {
  const call = (tool: string, args: Record<string, unknown>) => rig.call<EventPage>(server, tool, args);
  const repeated = async (months: readonly number[]) => {
    const looks: Measured<EventPage>[] = [];
    for (const number of months) looks.push(await call('get_calendar_events', month(number)));
    return looks;
  };
  const year = { start: `${seedYear}-01-01`, end: `${seedYear}-12-31` };
  const looks: [string, Measured<unknown>[]][] = [
    ['another month', await repeated(otherMonths)],
    ['the same month again', await repeated(otherMonths)],
    ['search over a year', [await call('search_calendar', { query: plantedWord, ...year })]],
    ['free/busy of a month', [await call('get_free_busy', month(5))]],
  ];
  return looks.flatMap(([work, measured]) => {
    const own = median(measured.map((one) => one.ms - one.serverMs));
    const where = `${work}, ${places[owner]}`;
    const middle = measured.toSorted((a, b) => a.ms - b.ms)[measured.length >> 1];
    return [
      atMost(where, 2, Math.max(...measured.map(({ exchanges }) => exchanges.length)), 'requests'),
      // Radicale reads each of its files to say that none has changed: its share is told and not judged.
      atMost(where, 100, own, "ms beside the server's", middle ? shares(middle) : ''),
    ];
  });
}

/** Every kind of change, each right after another: what was just written has to be taken in again. */
async function writing(rig: CalendarRig, server: McpProcess, owner: CalendarOwner): Promise<Row[]> {
  const rows: Row[] = [];
  const count = async <T>(work: string, tool: string, args: Record<string, unknown>): Promise<T> => {
    const done = await rig.call<T>(server, tool, args);
    const methods = done.exchanges.map(({ method }) => method).join(' ');
    rows.push(
      atMost(
        `${work}, ${places[owner]}`,
        4,
        done.exchanges.length,
        'requests',
        `${methods}, ${shares(done)}`,
      ),
    );
    return done.value;
  };
  const day = (number: number, time: string) => `${seedYear}-06-${String(number).padStart(2, '0')}T${time}`;
  const event = { title: 'Measured', start: day(10, '10:00'), duration: 60 };
  const { id } = await count<CreatedEvent>('create_event', 'create_event', event);
  await count('update_event, its title', 'update_event', { id, title: 'Renamed' });
  await count('update_event, its time', 'update_event', { id, start: day(10, '12:00') });
  await count('delete_event', 'delete_event', { id });
  const weekly = { ...event, recurrence: 'FREQ=WEEKLY' };
  const series = await count<CreatedEvent>('create_event, a series', 'create_event', weekly);
  const at = (number: number) => ({ id: `${series.id}@${day(number, '10:00:00+02:00')}` });
  const later = await moved('following', at(24), day(24, '15:00'));
  await moved('this', at(10), day(10, '14:00'));
  await moved('all', at(17), day(17, '09:00'));
  await count('delete_event, all', 'delete_event', { id: later.id, scope: 'all' });
  await count('respond_to_invitation', 'respond_to_invitation', await invited(rig, server, owner));
  return rows;

  async function moved(scope: string, which: { id: string }, start: string): Promise<UpdatedEvent> {
    return await count(`update_event, ${scope}, its time`, 'update_event', { ...which, scope, start });
  }
}

/** An invitation that came in by another program, as the answer to it names it. */
async function invited(
  rig: CalendarRig,
  server: McpProcess,
  owner: CalendarOwner,
): Promise<{ id: string; response: string }> {
  const { address } = rig.radicale.user(owner);
  const date = `${seedYear}0612T`;
  const lines = [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//bench//EN', 'BEGIN:VEVENT', 'UID:invited@rig.test'],
    ...['DTSTAMP:20260101T120000Z', `DTSTART:${date}080000Z`, `DTEND:${date}090000Z`, 'SUMMARY:Invited'],
    ...['ORGANIZER:mailto:boss@rig.test', `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${address}`],
    ...['END:VEVENT', 'END:VCALENDAR', ''],
  ];
  await rig.radicale.put(owner, largeCalendar, 'invited.ics', lines.join('\r\n'));
  const listed = await rig.call<EventPage>(server, 'get_calendar_events', {
    start: `${seedYear}-06-12`,
    end: `${seedYear}-06-12`,
  });
  const found = listed.value.events.find(({ title }: EventSummary) => title === 'Invited');
  if (!found) throw new Error('The invitation is not listed.');
  return { id: found.id, response: 'accepted' };
}

function month(number: number): { start: string; end: string } {
  const date = (month: number, day: number) =>
    new Date(Date.UTC(seedYear, month, day)).toISOString().slice(0, 10);
  return { start: date(number - 1, 1), end: date(number, 0) };
}

/** An answer that lacks something was not fast. */
function whole(page: EventPage): EventPage {
  if (page.incomplete || page.events.length === 0)
    throw new Error(`Not whole: ${JSON.stringify(page.incomplete)}`);
  return page;
}

function size(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function shares({ ms: all, serverMs, exchanges }: Measured<unknown>): string {
  const requests = exchanges.length === 1 ? '1 request' : `${exchanges.length} requests`;
  return `${ms(serverMs)} of ${ms(all)} the server's, ${requests}`;
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
