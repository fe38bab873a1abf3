import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, openRig } from '../../support/calendar-rig.ts';
import { at, calendar, day, lines, local, single, stamp } from '../../support/calendar-texts.ts';

describe.each(calendarOffices)('free and busy time on $name', ({ open, sandboxed }) => {
  let rig: CalendarRig;

  beforeAll(async () => {
    rig = await openRig({ open });
  });
  afterAll(() => rig?.close());

  async function put(name: string, ...texts: readonly string[]): Promise<void> {
    for (const [index, ics] of texts.entries())
      await rig.office.put('alice', name, { name: `${index}.ics`, ics });
  }

  test('busy is what takes time, over calendars and series; free is what is left of working hours', async () => {
    const [one, two] = [await rig.emptyCalendar(), await rig.emptyCalendar()];
    const uid = (text: string) => `${one}-${text}`;
    const series = lines(
      uid('series'),
      `DTSTART${local(0, '09:30')}`,
      'DURATION:PT45M',
      'RRULE:FREQ=DAILY;COUNT=2',
    );
    const stranger = 'ORGANIZER;SCHEDULE-AGENT=NONE:mailto:eve@elsewhere.example';
    const declined = [stranger, `ATTENDEE;PARTSTAT=DECLINED:mailto:${rig.office.address('alice')}`];
    await put(
      one,
      calendar(series),
      single(uid('free'), 0, '12:00', 'TRANSP:TRANSPARENT'),
      single(uid('off'), 0, '13:00', 'STATUS:CANCELLED'),
      single(uid('no'), 0, '14:00', ...declined),
    );
    await put(
      two,
      single(`${two}-overlap`, 0, '10:00', 'SUMMARY:Überlappt'),
      single(`${two}-maybe`, 0, '15:00', 'STATUS:TENTATIVE'),
      calendar(lines(`${two}-day`, `DTSTART;VALUE=DATE:${stamp(2)}`, 'SUMMARY:Messe')),
    );
    const { calendar: port } = await rig.session();
    const request = { start: day(0), end: day(2), calendars: [one, two], duration: 60 };
    const answer = await port.getFreeBusy(request, asked());
    expect(answer.incomplete).toBeUndefined();
    expect(answer.busy).toEqual([
      { start: at(0, '09:30'), end: at(0, '11:00'), status: 'busy' },
      { start: at(0, '15:00'), end: at(0, '16:00'), status: 'tentative' },
      { start: at(1, '09:30'), end: at(1, '10:15'), status: 'busy' },
      { start: at(2, '00:00'), end: at(3, '00:00'), status: 'busy' },
    ]);
    // 09:00 to 09:30 is shorter than an hour, and what is tentative is not free.
    expect(answer.free).toEqual([
      { start: at(0, '11:00'), end: at(0, '15:00') },
      { start: at(0, '16:00'), end: at(0, '17:00') },
      { start: at(1, '10:15'), end: at(1, '17:00') },
    ]);
  });

  test('what others store or remove is in the next answer', async () => {
    const name = await rig.emptyCalendar();
    const { calendar: port } = await rig.session();
    const busy = async () => {
      const request = { start: day(0), end: day(0), calendars: [name] };
      return (await port.getFreeBusy(request, asked())).busy.map(({ start }) => start);
    };
    expect(await busy()).toEqual([]);
    await put(name, single(`${name}-a`, 0, '09:30'));
    expect(await busy()).toEqual([at(0, '09:30')]);
    await rig.office.remove('alice', name, '0.ics');
    expect(await busy()).toEqual([]);
  });

  if (sandboxed) {
    test('what cannot be read is named in every answer, and hides nothing else', async () => {
      const name = await rig.emptyCalendar();
      await put(name, single(`${name}-good`, 0, '09:30', 'SUMMARY:Lesbar'));
      rig.office.plant?.('alice', name, { name: 'bad.ics', ics: 'BEGIN:VCALENDAR\r\nirgendwas' });
      const { calendar: port } = await rig.session();
      const window = { start: day(0), end: day(0) };
      const incomplete = [{ where: `${name}/bad`, code: 'invalid_input' }];
      const page = await port.getEvents({ ...window, calendar: name }, asked());
      expect(page).toMatchObject({ events: [{ title: 'Lesbar' }], incomplete });
      const found = await port.searchEvents({ ...window, query: 'lesbar', calendar: name }, asked());
      expect(found).toMatchObject({ events: [{ title: 'Lesbar' }], incomplete });
      const times = await port.getFreeBusy({ ...window, calendars: [name] }, asked());
      expect(times).toMatchObject({ busy: [{ start: at(0, '09:30') }], incomplete });
    });
  }
});
