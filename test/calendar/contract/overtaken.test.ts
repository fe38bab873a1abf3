import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SendContext } from '../../../src/domain/outbox-port.ts';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, idAt, openRig, refusal } from '../../support/calendar-rig.ts';
import { at, day, linesOf } from '../../support/calendar-texts.ts';

/** Our session asks its person between reading and writing: meanwhile another program does something. */
describe.each(calendarOffices)('somebody else was faster on $name', ({ open }) => {
  let rig: CalendarRig;

  beforeAll(async () => {
    rig = await openRig({ open });
  });
  afterAll(() => rig?.close());

  const session = () => rig.session('alice', { MAILBOX_SEND: 'confirm' });
  const agreed = (): SendContext => ({ ...asked(), confirm: async () => true });

  async function meeting(recurrence?: string) {
    const name = await rig.emptyCalendar();
    const { schedule } = await session();
    const fields = { title: 'Planung', start: `${day(0)}T09:30`, duration: 45, location: 'Raum 1' };
    const people = { attendees: [rig.office.address('bob')], calendar: name };
    await schedule.createEvent({ ...fields, ...people, recurrence }, agreed());
    const seen = await rig.seen(name);
    return { name, id: (start: string) => idAt(seen, start) };
  }

  /** Agrees, once another program has exchanged one line of the only resource for another. */
  function meanwhile(name: string, old: string, now: string): SendContext {
    const confirm = async () => {
      const held = await rig.onlyHeld(name);
      await rig.office.put('alice', name, {
        name: held.name,
        ics: held.ics.replace(`\r\n${old}\r\n`, `\r\n${now}\r\n`),
      });
      return true;
    };
    return { ...asked(), confirm };
  }

  const held = async (name: string) => linesOf((await rig.onlyHeld(name)).ics);

  test('another field: both changes stand', async () => {
    const { name, id } = await meeting();
    const { schedule } = await session();
    const context = meanwhile(name, 'LOCATION:Raum 1', 'LOCATION:Raum 2');
    const updated = await schedule.updateEvent({ id: id(at(0, '09:30')), title: 'Planung 2' }, context);
    expect(updated).toMatchObject({ title: 'Planung 2', location: 'Raum 2', changed: ['title'] });
    expect(await held(name)).toEqual(expect.arrayContaining(['SUMMARY:Planung 2', 'LOCATION:Raum 2']));
  });

  test('the same field: the other one stands, and both versions are told', async () => {
    const { name, id } = await meeting();
    const { schedule } = await session();
    const context = meanwhile(name, 'SUMMARY:Planung', 'SUMMARY:Ihres');
    const change = { title: 'Meins', location: 'Raum 9' };
    const error = await refusal(schedule.updateEvent({ id: id(at(0, '09:30')), ...change }, context));
    expect(error).toMatchObject({
      code: 'conflict',
      versions: { yours: change, current: { title: 'Ihres' } },
    });
    const lines = await held(name);
    expect(lines).toEqual(expect.arrayContaining(['SUMMARY:Ihres', 'LOCATION:Raum 1']));
    expect(await rig.seen(name)).toMatchObject([{ title: 'Ihres' }]);
  });

  test('following: the same field leaves one series, another field gives two', async () => {
    const { schedule } = await session();
    const [same, other] = [await meeting('FREQ=WEEKLY;COUNT=4'), await meeting('FREQ=WEEKLY;COUNT=4')];
    const change = (id: string) => ({ id, scope: 'following', title: 'Neu' }) as const;
    const refused = schedule.updateEvent(
      change(same.id(at(14, '09:30'))),
      meanwhile(same.name, 'SUMMARY:Planung', 'SUMMARY:Ihres'),
    );
    expect(await refusal(refused)).toMatchObject({
      code: 'conflict',
      versions: { current: { title: 'Ihres' } },
    });
    expect(await held(same.name)).toContain('SUMMARY:Ihres');
    expect((await rig.seen(same.name)).map(({ title }) => title)).toEqual(Array(4).fill('Ihres'));
    const context = meanwhile(other.name, 'LOCATION:Raum 1', 'LOCATION:Raum 2');
    await schedule.updateEvent(change(other.id(at(14, '09:30'))), context);
    const seen = await rig.seen(other.name);
    expect(seen.map(({ start, title, location }) => [start, title, location])).toEqual(
      [0, 7, 14, 21].map((number) => [at(number, '09:30'), number < 14 ? 'Planung' : 'Neu', 'Raum 2']),
    );
    expect(await rig.office.held('alice', other.name)).toHaveLength(2);
  });

  test('a time, opened from what was read before: another field stands, the same one is a conflict', async () => {
    const [other, same] = [await meeting(), await meeting()];
    const calendars = [other.name, same.name];
    const settings = { MAILBOX_SEND: 'confirm', MAILBOX_CALENDARS: calendars.join(',') };
    const { schedule, calendar } = await rig.session('alice', settings);
    const read = () => calendar.getEvents({ start: day(0), end: day(1) }, asked());
    const change = (id: string) => ({ id, start: `${day(0)}T16:00` });
    await read();
    const context = meanwhile(other.name, 'LOCATION:Raum 1', 'LOCATION:Raum 2');
    const moved = await schedule.updateEvent(change(other.id(at(0, '09:30'))), context);
    expect(moved).toMatchObject({ start: at(0, '16:00'), end: at(0, '16:45'), location: 'Raum 2' });
    await read();
    const start = (await held(same.name)).find((line) => line.startsWith('DTSTART;')) ?? '';
    const late = schedule.updateEvent(
      change(same.id(at(0, '09:30'))),
      meanwhile(same.name, start, start.replace('T0930', 'T0900')),
    );
    const current = { start: at(0, '09:00') };
    expect(await refusal(late)).toMatchObject({ code: 'conflict', versions: { current } });
    expect((await rig.seen(same.name)).map((event) => event.start)).toEqual([at(0, '09:00')]);
  });

  test('deleting what became another event is refused, deleting what merely changed is not', async () => {
    const { schedule } = await session();
    const [renamed, touched] = [await meeting(), await meeting()];
    const gone = schedule.deleteEvent(
      { id: renamed.id(at(0, '09:30')) },
      meanwhile(renamed.name, 'SUMMARY:Planung', 'SUMMARY:Ihres'),
    );
    expect(await refusal(gone)).toMatchObject({ code: 'conflict' });
    expect(await held(renamed.name)).toContain('SUMMARY:Ihres');
    const context = meanwhile(touched.name, 'SUMMARY:Planung', 'SUMMARY:Planung\r\nPRIORITY:3');
    await schedule.deleteEvent({ id: touched.id(at(0, '09:30')) }, context);
    expect(await rig.office.held('alice', touched.name)).toEqual([]);
  });

  test('what was deleted meanwhile is not made again', async () => {
    const { name, id } = await meeting();
    const { schedule } = await session();
    const confirm = async () => {
      await rig.office.remove('alice', name, (await rig.onlyHeld(name)).name);
      return true;
    };
    const late = schedule.updateEvent({ id: id(at(0, '09:30')), title: 'Zu spät' }, { ...asked(), confirm });
    expect(['conflict', 'not_found']).toContain((await refusal(late)).code);
    expect(await rig.office.held('alice', name)).toEqual([]);
  });

  test('what the person refuses changes nothing', async () => {
    const { name, id } = await meeting();
    const { ics } = await rig.onlyHeld(name);
    const { schedule } = await session();
    const refusing = { ...asked(), confirm: async () => false };
    const target = { id: id(at(0, '09:30')) };
    const change = schedule.updateEvent({ ...target, title: 'Nein' }, refusing);
    expect(await refusal(change)).toMatchObject({ code: 'forbidden' });
    expect(await refusal(schedule.deleteEvent(target, refusing))).toMatchObject({ code: 'forbidden' });
    expect((await rig.onlyHeld(name)).ics).toBe(ics);
  });
});
