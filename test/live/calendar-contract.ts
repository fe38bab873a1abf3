import { afterAll, beforeAll, expect, test } from 'vitest';
import type {
  CalendarList,
  CreatedEvent,
  EventPage,
  FreeBusy,
  UpdatedEvent,
} from '../../src/domain/calendar.ts';
import { LiveAccount } from './live-account.ts';
import type { LiveCalendar } from './live-calendar.ts';
import type { Settings } from './live-settings.ts';

/** Far enough away that a person's own events are not shown, and without a change of clocks in Europe. */
const week = { start: '2031-01-06', end: '2031-01-12' };

/** What any calendar server has to show through the built server; the same for the sandbox, Radicale and mailbox.org. */
export function calendarContract(open: () => Promise<Settings>): void {
  let live: LiveAccount;
  let own: LiveCalendar;
  let calendar: string;
  const call = <T>(tool: string, args: Record<string, unknown> = {}) => live.desk.call<T>(tool, args);
  const shown = async () => (await call<EventPage>('get_calendar_events', { ...week, calendar })).events;
  const title = (words: string) => `${words} ${live.mark}`;
  const stored = async (words: string) => (await own.held()).filter((ics) => ics.includes(title(words)));

  beforeAll(async () => {
    live = await LiveAccount.open(await open());
    own = await live.ownCalendar();
    const { calendars } = await call<CalendarList>('list_calendars');
    calendar = calendars.find(({ name }) => name.includes(live.mark))?.id ?? '';
    expect(calendar).not.toBe('');
  }, 60_000);
  afterAll(async () => await live?.close(), 60_000);

  test('an event is stored as said, shown, found, and blocks its time', async () => {
    const event = { title: title('Planung'), start: '2031-01-06T10:00', duration: 90, calendar };
    const created = await call<CreatedEvent>('create_event', {
      ...event,
      location: 'Küche',
      reminders: [15],
    });
    expect(created).toMatchObject({ title: title('Planung'), start: '2031-01-06T10:00:00+01:00' });
    const [ics = ''] = await stored('Planung');
    for (const line of ['LOCATION:Küche', 'BEGIN:VALARM', 'TZID=Europe/Berlin']) expect(ics).toContain(line);
    expect((await shown()).map(({ id }) => id)).toEqual([created.id]);
    const found = await call<EventPage>('search_calendar', { query: live.mark, ...week });
    expect(found.events.map(({ id }) => id)).toEqual([created.id]);
    const { busy, free } = await call<FreeBusy>('get_free_busy', { ...week, calendars: [calendar] });
    expect(busy.map(({ start }) => start)).toEqual(['2031-01-06T10:00:00+01:00']);
    expect(free[0]).toMatchObject({ start: '2031-01-06T09:00:00+01:00', end: '2031-01-06T10:00:00+01:00' });
  });

  test('of a series one occurrence is moved, another falls out, the rest stays where it was', async () => {
    const series = { title: title('Kurs'), start: '2031-01-06T18:00', duration: 60, calendar };
    const { id } = await call<CreatedEvent>('create_event', { ...series, recurrence: 'FREQ=DAILY;COUNT=5' });
    const days = (await shown()).filter((event) => event.title === title('Kurs'));
    expect(days).toHaveLength(5);
    const moved = await call<UpdatedEvent>('update_event', {
      ...{ id: days[1]?.id, scope: 'this', start: '2031-01-07T19:00' },
    });
    expect(moved.changed).toContain('start');
    await call('delete_event', { id: days[2]?.id, scope: 'this' });
    const now = (await shown()).filter((event) => event.title === title('Kurs'));
    expect(now.map(({ start }) => start.slice(8, 16))).toEqual([
      '06T18:00',
      '07T19:00',
      '09T18:00',
      '10T18:00',
    ]);
    const [ics = ''] = await stored('Kurs');
    expect(ics.match(/^RECURRENCE-ID/gmu)).toHaveLength(1);
    await call('delete_event', { id, scope: 'all' });
    expect(await stored('Kurs')).toEqual([]);
  });

  test('a series without scope is not touched', async () => {
    const series = { title: title('Ohne'), start: '2031-01-08T12:00', duration: 30, calendar };
    await call<CreatedEvent>('create_event', { ...series, recurrence: 'FREQ=DAILY;COUNT=2' });
    const [first] = (await shown()).filter((event) => event.title === title('Ohne'));
    const before = await stored('Ohne');
    expect(await live.desk.refused('delete_event', { id: first?.id })).toMatchObject({
      code: 'invalid_input',
    });
    expect(await stored('Ohne')).toEqual(before);
  });

  test('nothing of the passwords is in the log', async () => {
    for (const password of await live.passwords()) expect(live.desk.server.stderr).not.toContain(password);
  });
}
