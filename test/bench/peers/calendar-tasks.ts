import { calendarName, makings, week, weekEvents } from './calendar.ts';
import { judgeEvents, judgeMade } from './judge.ts';
import type { CalendarTools } from './peer.ts';
import type { Result, Session } from './session.ts';
import { type Stage, sessionOn } from './stage.ts';
import { trustTask } from './trust-task.ts';

/** Everything a server is asked about the calendar, in this order. */
export async function calendarTasks(stage: Stage): Promise<Result[]> {
  const { peer, label, places } = stage;
  if (!peer.calendar) return [{ task: 'calendar', server: label, verdict: { kind: 'unclaimed' } }];
  const session = sessionOn(stage, places.dav);
  try {
    const begun = await session.begin('calendar: start, list of tools, first answer', peer.calendar.first);
    if (begun.verdict.kind === 'failed') return [begun];
    const results = [begun, ...(await withSession(stage, session, peer.calendar))];
    const task = 'calendar: an unknown certificate';
    return [...results, await trustTask(stage, task, places.dav, peer.calendar.first)];
  } finally {
    await session.end();
  }
}

async function withSession(stage: Stage, session: Session, tools: CalendarTools): Promise<Result[]> {
  const { places, user } = stage;
  const calendar = tools.calendarOf(session.firstAnswer, calendarName);
  const results = [
    await session.attempt(
      'a week: series over DST, moved and deleted, all-day',
      tools.events(calendar, week.from, week.to),
      (answer) => judgeEvents(tools.readEvents(answer), weekEvents),
    ),
  ];
  for (const making of makings) {
    const before = places.stored(user);
    results.push(
      await session.attempt(`create ${making.kind}`, tools.create?.(calendar, making.event), () => {
        const made = [...places.stored(user)].filter(([name]) => !before.has(name));
        return judgeMade(
          made.map(([, ics]) => ics),
          making,
        );
      }),
    );
  }
  return results;
}
