import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '../../../src/domain/calendar.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { calendarOffices } from '../../support/calendar-offices.ts';
import { asked, type CalendarRig, openRig } from '../../support/calendar-rig.ts';
import { at, day } from '../../support/calendar-texts.ts';

const sandboxes = calendarOffices.filter(({ sandboxed }) => sandboxed);
const sizes = [
  { size: 'one calendar', others: 0 },
  { size: 'three calendars', others: 2 },
];
const names = ['create', 'title', 'time', 'this', 'following', 'title of following', 'delete'] as const;
type Change = (typeof names)[number];
const pairs = names.flatMap((first) => names.map((then): [Change, Change] => [first, then]));

/** A session that has seen its calendars, and what each of its changes asks of the server. */
describe.each(sandboxes)('requests of a change on $name', ({ open }) => {
  describe.each(sizes)('with $size', ({ others }) => {
    let rig: CalendarRig;
    let calendars: string[];

    beforeAll(async () => {
      rig = await openRig({ open });
      calendars = [rig.office.inbox];
      for (let made = 0; made < others; made++) calendars.push(await rig.emptyCalendar('bob'));
      const { calendar } = await session();
      await calendar.getEvents({ start: day(0), end: day(1) }, asked());
    });
    afterAll(() => rig?.close());

    const session = () => rig.session('bob', { MAILBOX_CALENDARS: calendars.join(',') });

    async function methodsOf(call: () => Promise<unknown>): Promise<string> {
      const { requests } = rig.office.sandbox.caldav;
      const before = requests.length;
      await call();
      return requests
        .slice(before)
        .map(({ method }) => method)
        .join(' ');
    }

    const create = async () => {
      const { schedule } = await session();
      const when = { start: `${day(0)}T09:30`, duration: 30, recurrence: 'FREQ=WEEKLY;COUNT=6' };
      return await schedule.createEvent({ title: 'Neu', ...when, calendar: rig.office.inbox }, asked());
    };
    const update = async (id: string, scope: Scope, fields: EventFields) =>
      (await session()).schedule.updateEvent({ id, scope, ...fields }, asked());
    const changes: Record<Change, (id: string) => Promise<unknown>> = {
      create,
      title: (id) => update(id, 'all', { title: 'Anders' }),
      time: (id) => update(id, 'all', { start: `${day(0)}T11:00` }),
      this: (id) => update(`${id}@${at(7, '09:30')}`, 'this', { start: `${day(7)}T12:00` }),
      following: (id) => update(`${id}@${at(14, '09:30')}`, 'following', { start: `${day(14)}T15:00` }),
      'title of following': (id) => update(`${id}@${at(14, '09:30')}`, 'following', { title: 'Später' }),
      delete: async (id) => (await session()).schedule.deleteEvent({ id }, asked()),
    };

    test.each(pairs)('%s, then %s: four at most, five for a series cut in two', async (first, then) => {
      const [one, other] = [await create(), await create()];
      await changes[first](one.id);
      const methods = await methodsOf(() => changes[then](other.id));
      // Of several calendars, one changed since the last look is caught up on before a series is cut at a new time.
      const isBehind = others > 0 && then === 'following' && first !== 'create';
      // Its new half is seen to stand there before the old one is cut.
      const isCut = then === 'following' || then === 'title of following';
      const most = 4 + (isCut ? 1 : 0) + (isBehind ? 1 : 0);
      expect(methods.split(' ').length, methods).toBeLessThanOrEqual(most);
    });

    test('a change of no time asks for nothing but the event itself', async () => {
      const { id } = await create();
      expect(await methodsOf(() => changes.title(id))).toBe('GET PUT GET');
      expect(await methodsOf(() => changes.delete(id))).toBe('GET DELETE GET');
    });
  });
});
