import { expect, test } from 'vitest';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, openRig } from '../../support/calendar-rig.ts';
import { day, single } from '../../support/calendar-texts.ts';

const [office] = calendarOffices.filter(({ sandboxed }) => sandboxed);

test('of many conflicts the first are listed, and how many there are is said', async () => {
  if (!office) throw new Error('There is no sandboxed office.');
  const rig = await openRig(office);
  try {
    const calendar = await rig.emptyCalendar();
    for (let number = 0; number < 25; number += 1) {
      await rig.office.put('alice', calendar, { name: `${number}.ics`, ics: single(`many-${number}`, 3) });
    }
    const { schedule } = await rig.session();
    const whole = { title: 'All at once', start: day(3), allDay: true, busy: true, calendar };
    const { conflicts, warnings } = await schedule.createEvent(whole, asked());
    expect(conflicts).toHaveLength(20);
    expect(warnings).toContainEqual({
      code: 'conflicts_cut',
      detail: expect.stringMatching(/^Only the first 20 of \d+ conflicts are listed\.$/u),
    });
  } finally {
    await rig.close();
  }
});
