import type { EventDetails } from '../../../src/domain/calendar.ts';
import { lineDiff } from '../../calendar/edit/line-diff.ts';
import { type Case, Tally } from '../case.ts';
import { alice, atCalendar, type CalendarDesk } from '../support/calendar-desk.ts';
import { hasCorpus, type IcsFile, icsFiles } from '../support/ics-files.ts';
import { shuffled } from '../support/shuffled.ts';

const scopes = ['all', 'this', 'following'] as const;
type Scope = (typeof scopes)[number];

interface Input {
  file: IcsFile;
  scope: Scope;
}

const title = 'Edited; title';
const stamp = /^.(?:DTSTAMP|LAST-MODIFIED)[;:]/iu;
/** What only says which occurrences there are, and of which series: where one is cut, both halves have it otherwise. */
const series = /^.(?:RRULE|RDATE|EXDATE|SEQUENCE|UID)[;:]/iu;
const largest = 20_000;

export const untouched: Case = {
  id: 'C6',
  title: 'an edit of the title leaves every other line of the stored file as it was',
  run: (effort) =>
    atCalendar({}, async (desk) => {
      const tally = new Tally(effort);
      const files = icsFiles().filter(({ ics }) => ics.length < largest && /BEGIN:VEVENT/iu.test(ics));
      let [tried, refused] = [0, 0];
      for (const file of shuffled(files, effort.seed)) {
        if (tally.isOver) break;
        tried++;
        for (const scope of scopes) {
          const wrong = await edited(desk, { file, scope });
          if (wrong === 'refused') refused++;
          if (wrong !== 'single') tally.count(`${file.name}, ${scope}`, wrong === 'refused' ? [] : wrong);
          for (const name of [...desk.calendar().resources.keys()]) desk.calendar().delete(name);
        }
      }
      const figure = `${tried} of ${files.length} files, ${refused} edits refused for a reason told`;
      return tally.outcome({ figure, ...(!hasCorpus && { leftOut: 'the corpus' }) });
    }),
};

async function edited(desk: CalendarDesk, { file, scope }: Input): Promise<string[] | 'refused' | 'single'> {
  const ics = organised(file.ics);
  desk.calendar().put('e.ics', ics);
  const id = scope === 'all' ? 'kalender/e' : await secondOccurrence(desk);
  if (id === undefined) return 'single';
  const answer = await desk.call<EventDetails>('update_event', { id, scope, title });
  const held = [...desk.calendar().resources.values()];
  const old = held.find(({ name }) => name === 'e.ics')?.body ?? '';
  const others = held.filter(({ name }) => name !== 'e.ics').map(({ body }) => body);
  if (!answer.ok) {
    if (answer.error.code === 'internal') return ['internal'];
    return old === ics && others.length === 0 ? 'refused' : ['refused, and something has changed'];
  }
  if (answer.data.title !== title) return [`answered with ${answer.data.title}`];
  const diff = lineDiff(unfolded(ics), unfolded(old)).filter((line) => !stamp.test(line));
  if (scope === 'all') return unexpected(diff, /^(?:-SUMMARY[;:]|\+SUMMARY[^:]*:Edited\\; title$)/iu);
  const taken = diff.filter((line) => line.startsWith('-') && !/^-SUMMARY/iu.test(line));
  if (scope === 'this') return unexpected(taken, /^-SEQUENCE:/iu);
  const elsewhere = new Set(others.flatMap((body) => unfolded(body).split('\n')));
  return unexpected(
    taken.filter((line) => !elsewhere.has(line.slice(1))),
    series,
  );
}

/** By the user: nobody may change what others organise. */
function organised(ics: string): string {
  return ics.replace(/^ORGANIZER[;:].*(?:\r?\n[ \t].*)*/gimu, `ORGANIZER:mailto:${alice}`);
}

/** The second occurrence within a year of the first, by its id. */
async function secondOccurrence(desk: CalendarDesk): Promise<string | undefined> {
  const first = await desk.call<EventDetails>('get_event', { id: 'kalender/e' });
  if (!first.ok || !first.data.recurring) return undefined;
  const start = first.data.start.slice(0, 10);
  const end = `${String(Number(start.slice(0, 4)) + 1).padStart(4, '0')}${start.slice(4)}`;
  const { events } = await desk.events({ start, end: end.replace('02-29', '02-28') }, 10);
  return events.filter(({ id }) => id.includes('@'))[1]?.id;
}

function unexpected(diff: readonly string[], expected: RegExp): string[] {
  return diff.filter((line) => !expected.test(line)).map((line) => `unasked: ${line}`);
}

function unfolded(ics: string): string {
  return ics.replace(/\r?\n[ \t]/gu, '').replace(/\r\n?/gu, '\n');
}
