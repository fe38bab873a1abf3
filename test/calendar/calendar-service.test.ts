import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Reader } from '../../src/calendar/reading/reader.ts';
import { calendarServers, type ServedCalendar } from './support/calendar-servers.ts';
import { calendar, calendarRig, event, zone } from './support/rig.ts';

const june = { start: '2026-06-01', end: '2026-06-30' };

/** The service as it is put together for people: real connections, the reader in its thread. */
function rigOn({ store }: ServedCalendar) {
  const reader = new Reader(zone);
  onTestFinished(() => reader.close());
  return calendarRig(store, { reader });
}

const standup = calendar(
  ...['BEGIN:VEVENT', 'UID:standup', 'DTSTAMP:20260101T000000Z', 'SUMMARY:Standup'],
  ...['DTSTART:20260602T073000Z', 'DTEND:20260602T074500Z', 'RRULE:FREQ=WEEKLY;COUNT=3', 'END:VEVENT'],
  ...['BEGIN:VEVENT', 'UID:standup', 'DTSTAMP:20260101T000000Z', 'SUMMARY:Standup outside'],
  ...['RECURRENCE-ID:20260609T073000Z', 'DTSTART:20260610T120000Z', 'DTEND:20260610T121500Z', 'END:VEVENT'],
);

describe.each(calendarServers.filter(({ available }) => available))(
  'the calendar service on $name',
  (server) => {
    beforeAll(() => server.start());
    afterAll(() => server.stop());

    test('shows every occurrence, and each id leads back to what it shows', async () => {
      const served = await server.calendar();
      await served.put('standup.ics', standup);
      await served.put('day%20off@work.ics', event('off', 'SUMMARY:Day off', 'DTSTART;VALUE=DATE:20260611'));
      const { service, context } = rigOn(served);
      const { events, incomplete } = await service.getEvents(june, context);
      expect(incomplete).toBeUndefined();
      expect(events.map(({ title, start }) => [title, start])).toEqual([
        ['Standup', '2026-06-02T09:30:00+02:00'],
        ['Standup outside', '2026-06-10T14:00:00+02:00'],
        ['Day off', '2026-06-11'],
        ['Standup', '2026-06-16T09:30:00+02:00'],
      ]);
      for (const { id, title, start } of events) {
        expect(await service.getEvent({ id }, context)).toMatchObject({ id, title, start });
      }
    });

    test('what somebody else puts, changes or removes is seen at the next question', async () => {
      const served = await server.calendar();
      await served.put('a.ics', event('a', 'SUMMARY:First', 'DTSTART:20260610T080000Z', 'DURATION:PT1H'));
      const { service, context } = rigOn(served);
      const titles = async () => (await service.getEvents(june, context)).events.map(({ title }) => title);
      expect(await titles()).toEqual(['First']);
      await served.put('b.ics', event('b', 'SUMMARY:Second', 'DTSTART:20260611T080000Z', 'DURATION:PT1H'));
      expect(await titles()).toEqual(['First', 'Second']);
      const lines = ['SEQUENCE:1', 'SUMMARY:Changed', 'DTSTART:20260612T080000Z', 'DURATION:PT1H'];
      await served.put('a.ics', event('a', ...lines));
      expect(await titles()).toEqual(['Second', 'Changed']);
      await served.remove('b.ics');
      expect(await titles()).toEqual(['Changed']);
    });

    test('finds by words and tells what is busy and what is free', async () => {
      const served = await server.calendar();
      await served.put('standup.ics', standup);
      const { service, context } = rigOn(served);
      const { events } = await service.searchEvents({ query: 'STANDUP outside' }, context);
      expect(events.map(({ start }) => start)).toEqual(['2026-06-10T14:00:00+02:00']);
      const { busy, free } = await service.getFreeBusy({ start: '2026-06-10', end: '2026-06-10' }, context);
      expect(busy).toEqual([
        { start: '2026-06-10T14:00:00+02:00', end: '2026-06-10T14:15:00+02:00', status: 'busy' },
      ]);
      expect(free).toEqual([
        { start: '2026-06-10T09:00:00+02:00', end: '2026-06-10T14:00:00+02:00' },
        { start: '2026-06-10T14:15:00+02:00', end: '2026-06-10T17:00:00+02:00' },
      ]);
    });
  },
);
