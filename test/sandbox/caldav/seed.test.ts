import ICAL from 'ical.js';
import { DAVClient } from 'tsdav';
import { expect, test } from 'vitest';
import { behaviours, davForTest } from './rig.ts';

test.each(behaviours)(
  '%s: a client of others reads the demo’s calendars, and ical.js every event',
  async (behaviour) => {
    const { sandbox, user, password } = await davForTest({ behaviour }, true);
    const client = new DAVClient({
      serverUrl: sandbox.caldavUrl,
      credentials: { username: user, password },
      authMethod: 'Basic',
      defaultAccountType: 'caldav',
    });
    await client.login();
    const calendars = await client.fetchCalendars();
    expect(calendars.map(({ displayName }) => displayName)).toEqual([
      'Kalender',
      'Geburtstage',
      'Aufgaben',
      'Familie',
    ]);
    const counts: number[] = [];
    for (const calendar of calendars) {
      const objects = await client.fetchCalendarObjects({
        calendar,
        filters: everything(calendar.components ?? []),
      });
      for (const { data } of objects) {
        const root = new ICAL.Component(ICAL.parse(String(data)));
        expect(
          root.getAllSubcomponents(/Aufgaben/u.test(String(calendar.displayName)) ? 'vtodo' : 'vevent')
            .length,
        ).toBeGreaterThan(0);
      }
      counts.push(objects.length);
    }
    expect(counts).toEqual([33, 3, 3, 4]);
  },
);

test('the demo’s calendar has what makes calendars hard', async () => {
  const client = await davForTest({}, true);
  const all = [
    ...client.sandbox.caldav.calendars.user(client.user).collection('Kalender').resources.values(),
  ];
  const text = all.map(({ body }) => body.replace(/\r\n /gu, '')).join('');
  for (const wanted of [
    /DTSTART;TZID=Europe\/Berlin:20251027T093000\r\n/u,
    /EXDATE;TZID=Europe\/Berlin:20260330T093000\r\n/u,
    /RECURRENCE-ID;TZID=Europe\/Berlin:20260323T093000\r\n/u,
    /DTSTART;VALUE=DATE:19880229\r\n/u,
    /DTSTART;VALUE=DATE:20260401\r\nDTEND;VALUE=DATE:20260404\r\nSUMMARY:Reise/u,
    /DTSTART;TZID=America\/New_York:/u,
    /STATUS:CANCELLED/u,
    /CLASS:PRIVATE/u,
    /TRIGGER:-PT30M/u,
    /X-KUNDE;X-NUMMER=4711:/u,
  ]) {
    expect(text).toMatch(wanted);
  }
});

function everything(components: readonly string[]) {
  const kind = components.includes('VTODO') ? 'VTODO' : 'VEVENT';
  return [
    {
      'comp-filter': {
        _attributes: { name: 'VCALENDAR' },
        'comp-filter': { _attributes: { name: kind } },
      },
    },
  ];
}
