import type {
  AnsweredInvitation,
  CreatedEvent,
  DeletedEvent,
  EventPage,
  FreeBusy,
  UpdatedEvent,
} from '../domain/calendar.ts';
import type { Ask, Finding } from './demo-ask.ts';
import { agendaLine, isInOrder, slotLine } from './demo-lines.ts';
import type { DemoCalendar } from './demo-truth.ts';
import { recipients } from './demo-writing.ts';

/** Two weeks in the seeded calendar, each matter on its own, judged by the files that then lie on the server. */
export function calendarDay(ask: Ask, truth: DemoCalendar): (() => Promise<unknown>)[] {
  let course: string[] = [];
  return [
    () => nextWeek(ask, truth),
    () => freeTime(ask, truth),
    async () => {
      course = await plan(ask, truth);
    },
    () => moveOne(ask, truth, course[1] ?? ''),
    () => moveRest(ask, truth, course[2] ?? ''),
    () => dropOne(ask, truth, course[0] ?? ''),
    () => invite(ask, truth),
    () => accept(ask, truth),
  ];
}

async function nextWeek(ask: Ask, truth: DemoCalendar): Promise<void> {
  const range = { start: truth.day(7), end: truth.day(13) };
  await ask<EventPage>(
    'What does next week look like?',
    'get_calendar_events',
    range,
    ({ events, incomplete }) => {
      const team = events.filter(({ id }) => id.includes('teamrunde'));
      return {
        shown: events.map(agendaLine),
        findings: [
          ['everything could be read', !incomplete],
          ['it is in order', isInOrder(events)],
          [
            'the team meets once, on Tuesday as it was moved',
            team.length === 1 && team[0]?.title.includes('verschoben') === true,
          ],
          [
            'the team is not shown on the day it was moved from',
            !team.some(({ start }) => start.startsWith(truth.day(7))),
          ],
        ],
      };
    },
  );
}

async function freeTime(ask: Ask, truth: DemoCalendar): Promise<void> {
  const question = { start: truth.day(7), end: truth.day(11), duration: 120 };
  await ask<FreeBusy>('When are two hours free next week?', 'get_free_busy', question, ({ busy, free }) => {
    const at = (text: string) => Date.parse(text);
    const clash = free.some((slot) =>
      busy.some((taken) => at(taken.start) < at(slot.end) && at(slot.start) < at(taken.end)),
    );
    return {
      shown: free.map(slotLine),
      findings: [
        ['there is time', free.length > 0],
        ['no slot meets an appointment', !clash],
        ['each has two hours', free.every((slot) => at(slot.end) - at(slot.start) >= 7_200_000)],
      ],
    };
  });
}

/** @returns the ids of the occurrences. */
async function plan(ask: Ask, truth: DemoCalendar): Promise<string[]> {
  const event = {
    ...{ title: 'Italienisch', start: `${truth.day(44)}T18:30`, duration: 90, location: 'Volkshochschule' },
    ...{ recurrence: 'FREQ=WEEKLY;COUNT=6', reminders: [30] },
  };
  const made = await ask<CreatedEvent>(
    'Put the Italian course in: six evenings from that day on.',
    'create_event',
    event,
    (told) => {
      const [ics = ''] = truth.filesWith('SUMMARY:Italienisch');
      return {
        shown: [agendaLine(told), `${told.recurrence?.text}`],
        findings: [
          ['it is stored once', truth.filesWith('SUMMARY:Italienisch').length === 1],
          [
            'as a series of six, with its reminder',
            ics.includes('RRULE:FREQ=WEEKLY;COUNT=6') && ics.includes('TRIGGER:-PT30M'),
          ],
          ['in a zone the file explains', truth.zoneIsUtc || ics.includes('BEGIN:VTIMEZONE')],
        ],
      };
    },
  );
  const { events } = await ask<EventPage>(
    'Which evenings are that?',
    'search_calendar',
    { query: 'Italienisch', start: truth.day(0), end: truth.day(120) },
    (found) => ({
      shown: found.events.map(agendaLine),
      findings: [
        [
          'all six are shown',
          found.events.length === 6 && found.events.every(({ id }) => id.startsWith(made.id)),
        ],
      ],
    }),
  );
  return events.map(({ id }) => id);
}

async function moveOne(ask: Ask, truth: DemoCalendar, id: string): Promise<void> {
  const change = { id, scope: 'this', start: `${truth.day(52)}T17:00` };
  const [before = ''] = truth.filesWith('SUMMARY:Italienisch');
  await ask<UpdatedEvent>('The second evening is a day later, at five.', 'update_event', change, (told) => {
    const [after = ''] = truth.filesWith('SUMMARY:Italienisch');
    return {
      shown: [agendaLine(told), `changed: ${told.changed.join(', ')}`],
      findings: [
        ['it is one exception in the file', after.match(/^RECURRENCE-ID/gmu)?.length === 1],
        [
          'all lines that stood there still stand there',
          linesOf(before).every((line) => after.includes(line)),
        ],
      ],
    };
  });
}

async function moveRest(ask: Ask, truth: DemoCalendar, id: string): Promise<void> {
  const change = { id, scope: 'following', location: 'Bibliothek' };
  await ask<UpdatedEvent>('From the third on it is in the library.', 'update_event', change, (told) => {
    const files = truth.filesWith('SUMMARY:Italienisch');
    return {
      shown: [agendaLine(told), `${told.recurrence?.text}`],
      findings: [
        [
          'there are two series now, with two and four evenings',
          ['COUNT=2', 'COUNT=4'].every((count) => files.filter((ics) => ics.includes(count)).length === 1),
        ],
        [
          'only the second is in the library',
          files.filter((ics) => ics.includes('LOCATION:Bibliothek')).length === 1,
        ],
      ],
    };
  });
}

async function dropOne(ask: Ask, truth: DemoCalendar, id: string): Promise<void> {
  await ask<DeletedEvent>(
    'The first evening falls out.',
    'delete_event',
    { id, scope: 'this' },
    ({ deleted }) => ({
      shown: [`${deleted.id} (${deleted.scope})`],
      findings: [
        [
          'it is excluded in the file',
          truth.filesWith('SUMMARY:Italienisch').some((ics) => /^EXDATE/mu.test(ics)),
        ],
        ['nothing else went', truth.filesWith('SUMMARY:Italienisch').length === 2],
      ],
    }),
  );
}

async function invite(ask: Ask, truth: DemoCalendar): Promise<void> {
  const event = {
    ...{ title: 'Einbau besprechen', start: `${truth.day(9)}T15:00`, duration: 45 },
    attendees: [`Jörg Müller <${recipients.joerg}>`],
  };
  const before = truth.mailsTo(recipients.joerg).length;
  await ask<CreatedEvent>(
    'Invite Jörg to talk about it on Wednesday at three.',
    'create_event',
    event,
    (told) => {
      const [ics = ''] = truth.filesWith('SUMMARY:Einbau besprechen');
      const mails = truth.mailsTo(recipients.joerg).slice(before);
      return {
        shown: [
          agendaLine(told),
          ...(told.conflicts ?? []).map((other) => `at the same time: ${other.title}`),
        ],
        findings: [
          ['he is invited in the file', flat(ics).includes(`mailto:${recipients.joerg}`)],
          [
            'he has exactly one invitation by mail',
            mails.length === 1 && mails[0]?.includes('METHOD:REQUEST') === true,
          ],
        ],
      };
    },
  );
}

async function accept(ask: Ask, truth: DemoCalendar): Promise<void> {
  const { events } = await ask<EventPage>(
    'What have I not answered?',
    'search_calendar',
    { query: 'Rückblick' },
    (found) => ({
      shown: found.events.map(agendaLine),
      findings: [['it waits for an answer', found.events[0]?.myStatus === 'needs-action']],
    }),
  );
  const answer = { id: events[0]?.id ?? '', response: 'accepted' };
  await ask<AnsweredInvitation>('Accept that.', 'respond_to_invitation', answer, (told) => ({
    shown: [agendaLine(told), `the organizer was told by ${told.replySent}`],
    findings: [
      ...answered(truth),
      [
        'the organizer has exactly one reply',
        truth.mailsTo(recipients.tom).filter((mail) => mail.includes('METHOD:REPLY')).length === 1,
      ],
    ],
  }));
}

function answered(truth: DemoCalendar): Finding[] {
  const [ics = ''] = truth.filesWith('SUMMARY:Rückblick Frühjahr');
  return [
    ['the own answer is in the file', /^ATTENDEE[^\r\n]*PARTSTAT=ACCEPTED[^\r\n]*alice@/mu.test(flat(ics))],
    ['the answers of the others are as they were', flat(ics).includes('PARTSTAT=TENTATIVE')],
  ];
}

/** Without folds (RFC 5545 §3.1). */
function flat(ics: string): string {
  return ics.replace(/\r?\n[ \t]/gu, '');
}

function linesOf(ics: string): string[] {
  return ics.split(/\r?\n/u).filter((line) => !/^(?:DTSTAMP|LAST-MODIFIED|SEQUENCE)/u.test(line));
}
