import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  AnsweredInvitation,
  CalendarList,
  CreatedEvent,
  DeletedEvent,
  EventDetails,
  EventPage,
  FreeBusy,
  UpdatedEvent,
} from '../../src/domain/calendar.ts';
import type { Email } from '../../src/domain/mail.ts';
import { type CalendarOffice, type Colleague, calendarOffices } from '../support/calendar-offices.ts';
import { eventsOf, idAt, starts } from '../support/calendar-rig.ts';
import { at, calendar, day, difference, lines, linesOf, local, stamp } from '../support/calendar-texts.ts';
import { letter } from '../support/letters.ts';
import { type CalendarDesk, deskForTest, openDesk, readingTools, writingTools } from './calendar-rig.ts';

describe.each(calendarOffices)('the calendar tools on $name', ({ open, schedules }) => {
  let office: CalendarOffice;
  const desks = new Map<Colleague, CalendarDesk>();
  const desk = (user: Colleague) => desks.get(user) as CalendarDesk;

  beforeAll(async () => {
    office = await open();
    for (const user of ['alice', 'bob'] as const) desks.set(user, await openDesk(office.env(user)));
  }, 60_000);
  afterAll(async () => {
    for (const { server } of desks.values()) await server.kill('SIGKILL');
    await office?.close();
  });

  const week = (number: number) => ({ start: day(number), end: day(number + 6) });
  const invite = async (subject: string, event: readonly string[]) => {
    const headers = ['Content-Type: text/calendar; charset=utf-8; method=REQUEST'];
    const body = calendar(event).replace('VERSION:2.0', 'VERSION:2.0\r\nMETHOD:REQUEST');
    const { sandbox, address } = office;
    sandbox.deliver(address('alice'), 'INBOX', letter({ subject, headers, body, from: address('bob') }));
    return await mailed(desk('alice'), subject);
  };
  const held = async (user: Colleague, uidOrTitle: string) => {
    const all = await office.held(user, office.inbox);
    const found = all.filter(({ ics }) => linesOf(ics).some((line) => line.includes(uidOrTitle)));
    expect(found).toHaveLength(1);
    return found[0]?.ics ?? '';
  };

  test('list_calendars names the calendar everybody has, and the zone', async () => {
    const { calendars, timezone } = await desk('alice').call<CalendarList>('list_calendars');
    expect(timezone).toBe('Europe/Berlin');
    expect(calendars.map(({ id }) => id)).toContain(office.inbox);
  });

  test('a series is created, shown, read, found, blocks time, is edited and cut, judged by what is stored', async () => {
    const { call } = desk('alice');
    const created = await call<CreatedEvent>('create_event', {
      ...{ title: 'Standup Süd', start: `${day(0)}T09:30`, duration: 15, calendar: office.inbox },
      ...{ recurrence: 'FREQ=DAILY;COUNT=5', location: 'Küche' },
    });
    expect(created).toMatchObject({ title: 'Standup Süd', start: at(0, '09:30'), recurring: true });
    const first = await held('alice', 'SUMMARY:Standup Süd');
    expect(linesOf(first)).toEqual(
      expect.arrayContaining([
        'RRULE:FREQ=DAILY;COUNT=5',
        `DTSTART${local(0, '09:30')}`,
        'TZID:Europe/Berlin',
      ]),
    );

    const shown = eventsOf(await call<EventPage>('get_calendar_events', week(0)));
    expect(starts(shown)).toEqual([0, 1, 2, 3, 4].map((number) => at(number, '09:30')));
    const id = idAt(shown, at(2, '09:30'));
    expect(await call<EventDetails>('get_event', { id })).toMatchObject({ location: 'Küche' });
    const found = eventsOf(await call<EventPage>('search_calendar', { query: 'küche', ...week(0) }));
    expect(starts(found)).toEqual(starts(shown));
    const { busy } = await call<FreeBusy>('get_free_busy', { start: day(2), end: day(2) });
    expect(busy).toEqual([{ start: at(2, '09:30'), end: at(2, '09:45'), status: 'busy' }]);

    const updated = await call<UpdatedEvent>('update_event', { id, scope: 'this', title: 'Nur heute' });
    expect(updated).toMatchObject({ title: 'Nur heute', changed: ['title'], start: at(2, '09:30') });
    const second = await held('alice', 'SUMMARY:Standup Süd');
    const changes = difference(first, second);
    expect(changes.filter((line) => line.startsWith('-'))).toEqual([]);
    expect(changes).toEqual(
      expect.arrayContaining(['+SUMMARY:Nur heute', `+RECURRENCE-ID${local(2, '09:30')}`]),
    );

    const from = idAt(shown, at(3, '09:30'));
    const { deleted } = await call<DeletedEvent>('delete_event', { id: from, scope: 'following' });
    expect(deleted).toEqual({ id: from, scope: 'following' });
    const left = eventsOf(await call<EventPage>('get_calendar_events', week(0)));
    expect(left.map(({ start, title }) => [start, title])).toEqual([
      [at(0, '09:30'), 'Standup Süd'],
      [at(1, '09:30'), 'Standup Süd'],
      [at(2, '09:30'), 'Nur heute'],
    ]);
    const cut = await held('alice', 'SUMMARY:Standup Süd');
    expect(linesOf(cut).filter((line) => /^RRULE:FREQ=DAILY|^EXDATE/u.test(line))).toHaveLength(1);
    expect(linesOf(cut).some((line) => line.includes(stamp(4)))).toBe(false);
  });

  test('an invitation goes out once, is answered, and the answer comes home once', async () => {
    const title = 'Runder Tisch';
    const created = await desk('bob').call<CreatedEvent>('create_event', {
      ...{ title, start: `${day(8)}T14:00`, duration: 60, calendar: office.inbox },
      attendees: [`Alice <${office.address('alice')}>`],
    });
    expect(created.attendees).toEqual(
      expect.arrayContaining([expect.objectContaining({ email: office.address('alice') })]),
    );
    const invited = schedules ? await occurrence(desk('alice'), title) : await mailed(desk('alice'), title);
    const answered = await desk('alice').call<AnsweredInvitation>('respond_to_invitation', {
      ...invited,
      response: 'accepted',
    });
    expect(answered).toMatchObject({ replySent: schedules ? 'server' : 'mail', myStatus: 'accepted' });
    const stored = linesOf(await held('alice', `SUMMARY:${title}`));
    expect(stored.filter((line) => /^ATTENDEE.*alice@/iu.test(line))).toEqual([
      expect.stringContaining('PARTSTAT=ACCEPTED'),
    ]);
    expect(stored.some((line) => line.startsWith('METHOD'))).toBe(false);
    expect(office.mails('alice', title)).toHaveLength(schedules ? 0 : 1);
    expect(office.mails('bob', `Accepted: ${title}`)).toHaveLength(schedules ? 0 : 1);
    const home = linesOf(await held('bob', `SUMMARY:${title}`)).filter((line) =>
      /^ATTENDEE.*alice/iu.test(line),
    );
    expect(home).toEqual([expect.stringContaining(schedules ? 'PARTSTAT=ACCEPTED' : 'NEEDS-ACTION')]);
  });

  test('get_email names the event of an invitation once the calendars are known', async () => {
    const title = 'Jour fixe';
    const event = lines('jour-fixe@rig.test', 'DURATION:PT1H', `SUMMARY:${title}`);
    const series = [...event, `DTSTART${local(15, '11:00')}`, 'RRULE:FREQ=DAILY;COUNT=3'];
    const one = [...event, `DTSTART${local(16, '15:00')}`, `RECURRENCE-ID${local(16, '11:00')}`];
    await office.put('alice', office.inbox, { name: 'jour-fixe.ics', ics: calendar(series) });
    const [whole, part] = await Promise.all(
      [series, one].map((event, at) => invite(`${title} ${at}`, event)),
    );
    const { call, server } = await deskForTest(office.env('alice'));
    const eventIdIn = async (mail: { emailId: string | undefined } | undefined) =>
      (await call<Email>('get_email', { id: mail?.emailId })).invitation?.eventId;
    expect([await eventIdIn(whole), await eventIdIn(part)]).toEqual([undefined, undefined]);
    expect(server.stderr).not.toContain('caldav');
    const { events } = await call<EventPage>('get_calendar_events', { start: day(16), end: day(16) });
    expect(server.stderr).toContain('caldav');
    const id = events.find((event) => event.title === title)?.id ?? '';
    expect([await eventIdIn(whole), await eventIdIn(part)]).toEqual([id.replace(/@[^@]*$/u, ''), id]);
    for (const mail of [whole, part]) {
      const details = await call<EventDetails>('get_event', { id: await eventIdIn(mail) });
      expect(details).toMatchObject({ title, recurring: true });
    }
  });

  test('get_server_status shows the calendar server as reached', async () => {
    const { accounts } = await desk('alice').call<{ accounts: { protocols: { protocol: string }[] }[] }>(
      'get_server_status',
    );
    const caldav = accounts[0]?.protocols.find(({ protocol }) => protocol === 'caldav');
    expect(caldav).toMatchObject({ reachable: true, mode: 'read-write', pool: { failed: 0 } });
  });

  test('MAILBOX_TOOLSETS=calendar alone lists nine tools and needs no mail server', async () => {
    const alone = await openDesk({
      ...office.env('alice'),
      MAILBOX_TOOLSETS: 'calendar',
      MAILBOX_IMAP_PORT: '9',
    });
    const listed = await alone.tools();
    expect(listed.filter((name) => name !== 'get_server_status')).toEqual(
      [...readingTools, ...writingTools].sort(),
    );
    expect(eventsOf(await alone.call<EventPage>('get_calendar_events', week(0)))).toHaveLength(3);
    expect(await alone.server.end()).toMatchObject({ code: 0 });
  });

  test('in all that, no line on stdout was foreign, and stderr held no password, title or place', async () => {
    for (const [user, { server }] of desks) {
      const { MAILBOX_PASSWORD: password = '', MAILBOX_EMAIL: email } = office.env(user);
      expect(await server.end()).toMatchObject({ code: 0 });
      expect(server.stderr).toContain('connected');
      const login = Buffer.from(`${email}:${password}`).toString('base64');
      for (const secret of [password, login, 'Standup', 'Küche', 'Nur heute', 'Runder Tisch']) {
        expect(server.stderr).not.toContain(secret);
      }
    }
  });
});

/** The id of what is on that day of the second week. */
async function occurrence({ call }: CalendarDesk, title: string): Promise<{ id: string | undefined }> {
  const { events } = await call<EventPage>('get_calendar_events', { start: day(8), end: day(8) });
  return { id: events.find((event) => event.title === title)?.id };
}

async function mailed({ call }: CalendarDesk, subject: string): Promise<{ emailId: string | undefined }> {
  const { emails } = await call<{ emails: { id: string; subject: string }[] }>('search_emails', {
    query: subject,
  });
  return { emailId: emails.find((email) => email.subject === subject)?.id };
}
