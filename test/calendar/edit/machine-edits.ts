import fc from 'fast-check';
import type { EditContext, Edited, Target } from '../../../src/calendar/edit/edit.ts';
import { edits } from '../../../src/calendar/edit/edits.ts';
import type { EventFields } from '../../../src/domain/calendar-port.ts';
import { MailboxError } from '../../../src/domain/errors.ts';
import { calendar, lived } from './line-diff.ts';
import { anySeries } from './split-series-arbitrary.ts';
import { context, keyOf, shown } from './split-series-support.ts';

/** Prints what the same edits give; run by machine-zone.test.ts under several TZ. */

const me: EditContext = { ...context, ownAddresses: ['me@rig.test'] };
const given: readonly EventFields[] = [
  { title: 'New', reminders: [5] },
  { start: '2026-03-29T02:30' },
  { start: '2026-10-25T02:30:00+02:00', duration: 90 },
  { start: '2026-03-28T23:30', timezone: 'America/New_York' },
  { allDay: true },
  { start: '2026-11-01', end: '2026-11-02' },
  { recurrence: 'FREQ=WEEKLY;UNTIL=20261030' },
];

function outcome(edit: () => unknown): unknown {
  try {
    return edit();
  } catch (error) {
    if (error instanceof MailboxError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

function everything(ics: string, nth: number): unknown[] {
  const all = shown(ics);
  const occurrence = keyOf(all[nth % all.length]);
  const targets: Target[] = [
    { scope: 'all' },
    { scope: 'all', occurrence },
    { scope: 'this', occurrence },
    { scope: 'following', occurrence },
  ];
  return targets.flatMap((target) => [
    ...given.map((fields) => outcome((): Edited => edits.edit(ics, target, fields, me))),
    outcome(() => edits.cancel(ics, target, me)),
    outcome(() =>
      edits.answer(ics, target, { response: 'declined' }, { ...me, ownAddresses: ['bob@rig.test'] }),
    ),
    outcome(() => edits.itip(ics, 'REQUEST', target, me)),
    outcome(() => edits.storable(ics)),
  ]);
}

const series = fc.sample(fc.tuple(anySeries, fc.nat(50)), { seed: 4, numRuns: 6 });
const created = given.map((fields) =>
  outcome(() => edits.create({ title: 'x', start: '2026-03-29T02:30', ...fields }, 'uid', me)),
);
const edited = [...series, [calendar([lived]), 3] as const].map(([ics, nth]) => everything(ics, nth));
process.stdout.write(JSON.stringify([created, edited]), () => process.exit(0));
