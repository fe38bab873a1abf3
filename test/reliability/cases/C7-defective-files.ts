import type { EventDetails } from '../../../src/domain/calendar.ts';
import { faulty } from '../../calendar/recurrence/hostile-rules.ts';
import { type Case, type Score, Tally } from '../case.ts';
import { atCalendar, type CalendarDesk, ics } from '../support/calendar-desk.ts';
import { hasCorpus, type IcsFile, icsFiles } from '../support/ics-files.ts';
import { shuffled } from '../support/shuffled.ts';

const slowMs = 3_000;
const neighbour = ics(['UID:good', 'SUMMARY:Good', 'DTSTART:20260610T100000Z', 'DURATION:PT1H']);
const month = { start: '2026-06-01', end: '2026-06-30' };
const good = { title: 'Good', start: '2026-06-10T10:00', calendar: 'kalender' };

/** What of the defects a caller could ask for, by the argument that is to blame. */
const refused: [field: string, args: Record<string, unknown>][] = [
  ...faulty
    .filter((rule) => rule.trim() !== '')
    .map((rule): [string, Record<string, unknown>] => ['recurrence', { recurrence: rule }]),
  ['timezone', { timezone: 'Bogus' }],
  ['timezone', { timezone: 'Europe/Berlin\r\nX-EVIL:1' }],
  ['start', { start: '2026-02-30T10:00' }],
  ['start', { start: '   51222T205954Z' }],
  ['end', { end: '2026-06-09T10:00' }],
  ['end', { end: '2026-06-10T11:00', duration: 30 }],
  ['duration', { duration: -1 }],
  ['attendees', { attendees: Array.from({ length: 101 }, (_, nth) => `user${nth}@example.com`) }],
  ['attendees', { attendees: ['urn:uuid:bogus'] }],
  ['attendees', { attendees: ['bob@rig.test\nX-EVIL:1'] }],
];

export const defectiveFiles: Case = {
  id: 'C7',
  title:
    'defective files are read as far as they go or named, and hide nobody; defective arguments are refused',
  run: (effort) =>
    atCalendar({}, async (desk) => {
      const tally = new Tally(effort);
      desk.calendar().put('good.ics', neighbour);
      await desk.events(month);
      for (const [field, args] of refused)
        tally.count(`${field} ${JSON.stringify(args)}`.slice(0, 90), await refusal(desk, field, args));
      const files = icsFiles();
      const score: Score = { right: 0, of: 0 };
      for (const file of shuffled(files, effort.seed)) {
        if (tally.isOver) break;
        const wrong = await read(desk, file);
        tally.count(file.name, wrong);
        score.of += 1;
        if (wrong.length === 0) score.right += 1;
      }
      tally.count('all files at once', await allAtOnce(desk, files));
      return tally.outcome({
        of: refused.length + files.length + 1,
        scores: { 'ics corpus': score },
        ...(!hasCorpus && { leftOut: 'the corpus' }),
      });
    }),
};

async function refusal(desk: CalendarDesk, field: string, args: Record<string, unknown>): Promise<string[]> {
  const before = desk.calendar().resources.size;
  const answer = await desk.call('create_event', { ...good, ...args });
  const left = desk.calendar().resources.size === before ? [] : ['it is stored'];
  if (answer.ok) return [...left, 'it is taken'];
  const { code, message, hint = '' } = answer.error;
  const said = `${message} ${hint}`.toLowerCase();
  const names = field === 'recurrence' ? ['rule', 'recurrence', 'rrule'] : [field];
  const isNamed = names.some((name) => said.includes(name));
  return [...left, ...(code === 'invalid_input' && isNamed ? [] : [`${code}: ${message}`])];
}

async function read(desk: CalendarDesk, { ics: text }: IcsFile): Promise<string[]> {
  desk.calendar().put('bad.ics', text);
  const started = performance.now();
  const { events, incomplete } = await desk.events(month);
  const event = await desk.call<EventDetails>('get_event', { id: 'kalender/bad' });
  const ms = performance.now() - started;
  const wrong = events.some(({ title }) => title === 'Good') ? [] : ['its neighbour is missing'];
  if (ms > slowMs) wrong.push(`took ${Math.round(ms)} ms`);
  if (event.ok) return wrong;
  const isNamed = incomplete.some(({ where, reason = '' }) => where === 'kalender/bad' && reason !== '');
  const isEvent = /^BEGIN:VEVENT/imu.test(text);
  const { code, message } = event.error;
  if (code === 'internal') wrong.push(`internal: ${message}`);
  if (isEvent && !isNamed) wrong.push(`its event is neither shown nor named (${code}: ${message})`);
  return wrong;
}

async function allAtOnce(desk: CalendarDesk, files: readonly IcsFile[]): Promise<string[]> {
  const crowd = desk.add('Crowd');
  for (const [nth, file] of files.entries()) crowd.put(`f${nth}.ics`, file.ics);
  crowd.put('good.ics', neighbour.replace('UID:good', 'UID:good-2'));
  const { events, incomplete } = await desk.events({ ...month, calendar: 'Crowd' }, 10_000);
  const wrong = events.some(({ title, calendar }) => title === 'Good' && calendar === 'crowd')
    ? []
    : ['the neighbour is missing'];
  return incomplete.length > 0 || files.length === 1
    ? wrong
    : [...wrong, 'nothing is named that could not be read'];
}
