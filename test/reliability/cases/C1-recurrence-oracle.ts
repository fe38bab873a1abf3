import { byConvention, type OracleCase, oracle, ownCases } from '../../calendar/support/rrule-oracle.ts';
import { type Case, type Score, Tally } from '../case.ts';
import { atCalendar, type CalendarDesk } from '../support/calendar-desk.ts';
import { seriesIcs, startsOf } from '../support/series.ts';
import { spread } from '../support/spread.ts';

const hangMs = 5_000;
/** What begins later cannot be asked for: answers know years of four digits, less some room. */
const lastStart = '9985';

export const recurrenceOracle: Case = {
  id: 'C1',
  title: 'each rule two implementations agree on is listed as they have it',
  run: (effort) =>
    atCalendar({ env: { MAILBOX_TIMEZONE: 'UTC' } }, async (desk) => {
      const tally = new Tally(effort);
      const gold = [...ownCases, ...oracle].filter(
        ({ tier, dtstart }) => tier === 'gold' && dtstart < lastStart,
      );
      const score: Score = { right: 0, of: 0 };
      let slowest = 0;
      for (const each of spread(gold, effort.seed)) {
        if (tally.isOver) break;
        const started = performance.now();
        const wrong = await judged(desk, each);
        const ms = performance.now() - started;
        slowest = Math.max(slowest, ms);
        tally.count(
          `${each.id} ${each.rrule}`,
          ms > hangMs ? [...wrong, `took ${Math.round(ms)} ms`] : wrong,
        );
        if (!each.dtstart_sync || ownCases.includes(each)) continue;
        score.of += 1;
        if (wrong.length === 0) score.right += 1;
      }
      const figure = `slowest ${Math.round(slowest)} ms`;
      const scores = score.of > 0 ? { oracle: score } : {};
      return tally.outcome({
        of: gold.length,
        figure,
        scores,
        ...(oracle.length === 0 && { leftOut: 'the oracle' }),
      });
    }),
};

async function judged(desk: CalendarDesk, each: OracleCase): Promise<string[]> {
  const { rrule, dtstart } = each;
  const { isWhole, ...truth } = byConvention(each);
  const instances = truth.instances.map((instance) => instance.slice(0, 15));
  desk.calendar().put('rule.ics', seriesIcs('rule', rrule, dtstart));
  const isOpen = !isWhole || !/COUNT|UNTIL/u.test(rrule);
  const last = instances.at(-1) ?? dtstart;
  const most = isOpen ? instances.length : instances.length + 2;
  const { starts, reasons } = await startsOf(desk, 'rule', { from: dtstart, last, most });
  if (starts.join() === instances.join()) return reasons;
  return [...reasons, `listed ${starts.join(' ') || 'nothing'}, should be ${instances.join(' ')}`];
}
