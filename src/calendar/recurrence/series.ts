import type { Blocks } from './blocks.ts';
import { dailySeries } from './periods/day.ts';
import { monthlySeries } from './periods/month.ts';
import { subDailySeries } from './periods/sub-day.ts';
import { weeklySeries } from './periods/week.ts';
import { yearlySeries } from './periods/year.ts';
import type { Frequency, Rule, WallMs } from './rule.ts';

const seriesOf: Readonly<Record<Frequency, (rule: Rule, start: WallMs) => Blocks>> = {
  YEARLY: yearlySeries,
  MONTHLY: monthlySeries,
  WEEKLY: weeklySeries,
  DAILY: dailySeries,
  HOURLY: subDailySeries,
  MINUTELY: subDailySeries,
  SECONDLY: subDailySeries,
};

export function blocksOf(rule: Rule, start: WallMs): Blocks {
  return seriesOf[rule.frequency](rule, start);
}
