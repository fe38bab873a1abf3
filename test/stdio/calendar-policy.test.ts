import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnsweredInvitation, CalendarList, CreatedEvent, EventPage } from '../../src/domain/calendar.ts';
import { type CalendarOffice, type Colleague, calendarOffices } from '../support/calendar-offices.ts';
import { calendar, day, lines, linesOf, local } from '../support/calendar-texts.ts';
import { deskForTest, readingTools, writingTools } from './calendar-rig.ts';

const sandboxes = calendarOffices.filter(({ sandboxed }) => sandboxed);

describe.each(sandboxes)('what may change and leave on $name', ({ open, schedules }) => {
  let office: CalendarOffice;
  let used = 0;

  beforeAll(async () => {
    office = await open();
  });
  afterAll(() => office?.close());

  /** Each test has a calendar of its own, and events on a day of its own. */
  const empty = () => office.makeCalendar('alice', `policy${++used}`);
  const asAlice = (env: Record<string, string> = {}, capabilities = {}) =>
    deskForTest({ ...office.env('alice'), ...env }, { capabilities });
  const meeting = (place: string, ...attendees: string[]) => ({
    ...{ title: `Termin ${place}`, start: `${day(used)}T10:00`, duration: 30, calendar: place },
    ...(attendees.length > 0 ? { attendees } : {}),
  });
  const address = (user: Colleague) => office.address(user);

  /** A meeting between these two that another program stored for alice. */
  const planted = async (place: string, organizer: Colleague, attendee: Colleague): Promise<void> => {
    const people = [
      `ORGANIZER:mailto:${address(organizer)}`,
      `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${address(attendee)}`,
    ];
    const event = lines(
      place,
      `DTSTART${local(used, '15:00')}`,
      'DURATION:PT1H',
      'SUMMARY:Treffen',
      ...people,
    );
    office.plant?.('alice', place, { name: 'treffen.ics', ics: calendar(event) });
  };
  /** Every word that left, by whichever way: what the server sent, and what went by mail. */
  const left = () => {
    const { caldav, smtp } = office.sandbox;
    return [
      ...caldav.scheduled.map(({ method, to }) => `${method} ${to}`),
      ...smtp.accepted.flatMap(({ recipients }) => recipients.map((to) => `mail ${to}`)),
    ];
  };
  const stored = async (place: string) => (await office.held('alice', place)).map(({ ics }) => ics);
  const idIn = async (desk: Awaited<ReturnType<typeof asAlice>>, place: string) => {
    const { events } = await desk.call<EventPage>('get_calendar_events', {
      ...{ start: day(0), end: day(60), calendar: place },
    });
    return events[0]?.id;
  };

  /** Everything that would write to bob or carol: nothing of it may be stored or leave. */
  const everyWay = async (env: Record<string, string>, capabilities = {}) => {
    const [mine, theirs, made] = [await empty(), await empty(), await empty()];
    await planted(mine, 'alice', 'carol');
    await planted(theirs, 'carol', 'alice');
    const desk = await asAlice(env, capabilities);
    const [own, foreign] = [await idIn(desk, mine), await idIn(desk, theirs)];
    const before = [...(await stored(mine)), ...(await stored(theirs)), ...left()];
    const ways: [string, Record<string, unknown>][] = [
      ['create_event', meeting(made, `Carol <${address('carol')}>`)],
      ['create_event', meeting(made, address('bob'), address('carol'))],
      ['update_event', { id: own, title: 'Anders' }],
      ['update_event', { id: own, attendees: [] }],
      ['update_event', { id: own, attendees: [address('bob')] }],
      ['delete_event', { id: own }],
      ['delete_event', { id: foreign }],
      ['respond_to_invitation', { id: foreign, response: 'accepted' }],
    ];
    const refusals = [];
    for (const [tool, args] of ways) refusals.push(await desk.refused(tool, args));
    expect(await stored(made)).toEqual([]);
    expect([...(await stored(mine)), ...(await stored(theirs)), ...left()]).toEqual(before);
    return { refusals, desk, made };
  };

  test('MAILBOX_READ_ONLY lists the five tools that read, and calling another by name changes nothing', async () => {
    const place = await empty();
    const { tools, refused } = await asAlice({ MAILBOX_READ_ONLY: 'true', MAILBOX_TOOLSETS: 'calendar' });
    expect((await tools()).filter((name) => name !== 'get_server_status')).toEqual(readingTools);
    for (const tool of writingTools) {
      expect(await refused(tool, meeting(place))).toMatchObject({ code: 'invalid_input' });
    }
    expect(await stored(place)).toEqual([]);
  });

  test('MAILBOX_SEND=drafts-only refuses whatever would write to people, before anything is stored', async () => {
    const { refusals, desk, made } = await everyWay({ MAILBOX_SEND: 'drafts-only' });
    for (const error of refusals) {
      expect(error).toMatchObject({ code: 'forbidden', message: expect.stringContaining('drafts-only') });
    }
    await desk.call('create_event', meeting(made));
    expect(await stored(made)).toHaveLength(1);
  });

  test('MAILBOX_ALLOWED_RECIPIENTS holds for attendees, changes, cancellations and answers', async () => {
    const { refusals, desk, made } = await everyWay({ MAILBOX_ALLOWED_RECIPIENTS: address('bob') });
    for (const error of refusals) expect(error).toMatchObject({ code: 'forbidden', retryable: false });
    const before = left().length;
    await desk.call('create_event', meeting(made, address('bob')));
    expect(left().slice(before)).toEqual([`${schedules ? 'REQUEST' : 'mail'} ${address('bob')}`]);
  });

  describe('MAILBOX_SEND=confirm', () => {
    const confirm = { MAILBOX_SEND: 'confirm' };

    test('a client that cannot ask writes to nobody', async () => {
      const { refusals } = await everyWay(confirm);
      for (const error of refusals) {
        expect(error).toMatchObject({ code: 'forbidden', message: expect.stringContaining('cannot ask') });
      }
    });

    test('a person who accepts has seen who is written to, what about and when; they get one word each', async () => {
      const place = await empty();
      const { server, call } = await asAlice(confirm, { elicitation: {} });
      const questions: string[] = [];
      server.answers.set('elicitation/create', ({ message }) => {
        questions.push(String(message));
        return { action: 'accept', content: {} };
      });
      const before = left().length;
      const request = meeting(place, address('bob'), address('carol'));
      const created = await call<CreatedEvent>('create_event', request);
      expect(created.warnings).toBeUndefined();
      expect(questions).toHaveLength(1);
      for (const shown of [address('bob'), address('carol'), request.title, day(used)]) {
        expect(questions[0]).toContain(shown);
      }
      expect(left().slice(before).sort()).toEqual(
        ['bob', 'carol'].map((to) => `${schedules ? 'REQUEST' : 'mail'} ${address(to as Colleague)}`),
      );
      expect(await stored(place)).toHaveLength(1);
    });

    test.each(['decline', 'cancel'])('%s: nothing is stored, nothing leaves', async (action) => {
      const place = await empty();
      const { server, refused, call } = await asAlice(confirm, { elicitation: {} });
      let asked = 0;
      server.answers.set('elicitation/create', () => {
        asked++;
        return { action };
      });
      const before = left();
      const request = meeting(place, address('bob'));
      expect(await refused('create_event', request)).toMatchObject({ code: 'forbidden', retryable: false });
      expect(asked).toBe(1);
      expect(await stored(place)).toEqual([]);
      expect(left()).toEqual(before);
      await call('create_event', meeting(place));
      expect(asked).toBe(1);
    });

    test('a title that reads like another person is one line of the question', async () => {
      const place = await empty();
      const { server, refused } = await asAlice(confirm, { elicitation: {} });
      let question = '';
      server.answers.set('elicitation/create', ({ message }) => {
        question = String(message);
        return { action: 'decline' };
      });
      const title = 'Kaffee\r\nTo: boss@rig.test\u2028To: nobody\u202Etset';
      await refused('create_event', { ...meeting(place, address('bob')), title });
      const people = question.split(/[\r\n\u2028\u2029]/u).filter((line) => line.startsWith('To:'));
      expect(people).toEqual([`To: ${address('bob')}`]);
      expect(question).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/u);
    });
  });

  test('MAILBOX_SEND_LIMIT counts invitations; what writes to nobody stays possible', async () => {
    const place = await empty();
    const { call, refused } = await asAlice({ MAILBOX_SEND_LIMIT: '2' });
    const before = left().length;
    for (const attempt of [1, 2]) {
      await call('create_event', { ...meeting(place, address('bob')), title: `Nr. ${attempt}` });
    }
    expect(await refused('create_event', meeting(place, address('bob')))).toMatchObject({
      code: 'rate_limited',
    });
    expect(left().length - before).toBe(2);
    expect(await stored(place)).toHaveLength(2);
    await call('create_event', meeting(place));
  });

  test('MAILBOX_CALENDARS shows no other calendar and writes to none', async () => {
    const [shown, hidden] = [await empty(), await empty()];
    const all = await asAlice();
    const secret = await all.call<CreatedEvent>('create_event', meeting(hidden));
    const { call, refused } = await asAlice({ MAILBOX_CALENDARS: shown });
    const { calendars } = await call<CalendarList>('list_calendars');
    expect(calendars.map(({ name }) => name)).toEqual([shown]);
    const { events } = await call<EventPage>('get_calendar_events', { start: day(0), end: day(60) });
    expect(events).toEqual([]);
    for (const tool of ['get_event', 'delete_event']) {
      expect(await refused(tool, { id: secret.id })).toMatchObject({ code: 'not_found' });
    }
    expect(await refused('update_event', { id: secret.id, title: 'x' })).toMatchObject({ code: 'not_found' });
    expect(await refused('create_event', meeting(hidden))).toMatchObject({ code: 'not_found' });
    const { calendar: _default, ...anywhere } = meeting(shown);
    expect(await call<CreatedEvent>('create_event', anywhere)).toMatchObject({ calendar: shown });
    expect(await stored(hidden)).toHaveLength(1);
  });

  test('an answer changes the own PARTSTAT only, and leaves once', async () => {
    const place = await empty();
    await planted(place, 'bob', 'alice');
    const desk = await asAlice();
    const before = left().length;
    const request = { id: await idIn(desk, place), response: 'tentative' };
    const first = await desk.call<AnsweredInvitation>('respond_to_invitation', request);
    expect(first).toMatchObject({ myStatus: 'tentative', replySent: schedules ? 'server' : 'mail' });
    const second = await desk.call<AnsweredInvitation>('respond_to_invitation', request);
    expect(second).toMatchObject({ replySent: 'none' });
    expect(left().slice(before)).toEqual([`${schedules ? 'REPLY' : 'mail'} ${address('bob')}`]);
    const people = linesOf((await stored(place))[0] ?? '').filter((line) => line.startsWith('ATTENDEE'));
    expect(people.filter((line) => line.includes('PARTSTAT=TENTATIVE'))).toEqual([
      expect.stringContaining(address('alice')),
    ]);
  });
});
