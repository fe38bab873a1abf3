import type { ContentLine } from '../ics/document.ts';
import { ruleContext } from '../reading/instances.ts';
import { expandRule } from '../recurrence/expand-rule.ts';
import type { Rule } from '../recurrence/rule.ts';
import { countBefore, lastStart } from '../recurrence/series-bounds.ts';
import { lastWall } from '../time/wall.ts';
import { rawValue, withValue } from './lines.ts';
import { formatUntil, untilAt } from './rule-until.ts';
import type { Cut, Side } from './split-series-dates.ts';

/**
 * The RRULE of one side of a cut; undefined where the rule has no instance there. COUNT stays COUNT and is shared out
 * exactly; any other rule gets an UNTIL on the side before: inclusive, the last instance kept, in UTC for times in a
 * zone, a date for days, floating for floating (RFC 5545 §3.3.10). All other parts stay as they were written.
 */
export function ruleOfSide(
  side: Side,
  line: ContentLine,
  rule: Rule,
  { start, at }: Cut,
): ContentLine | undefined {
  const context = ruleContext(start);
  const range = { from: at.wall, to: lastWall + 1, limit: 1 };
  const goesOn = expandRule(rule, start.wall, { ...context, ...range }).starts.length > 0;
  if (!goesOn) return side === 'before' ? line : undefined;
  if (rule.count !== undefined) {
    const before = countBefore(rule, start.wall, at.wall, context);
    return withPart(line, 'COUNT', String(side === 'before' ? before : rule.count - before));
  }
  if (side === 'from') return line;
  const cutRule: Rule = { ...rule, until: { kind: 'local', ms: at.wall - 1 } };
  const last = lastStart(cutRule, start.wall, context);
  return withPart(line, 'UNTIL', formatUntil(untilAt(last, start)));
}

function withPart(line: ContentLine, name: 'COUNT' | 'UNTIL', text: string): ContentLine {
  const value = rawValue(line).trimEnd();
  const part = new RegExp(`((?:^|;)\\s*${name}\\s*=)[^;]*`, 'iu');
  if (part.test(value))
    return withValue(
      line,
      value.replace(part, (_, key: string) => key + text),
    );
  return withValue(line, `${value.replace(/;$/u, '')};${name}=${text}`);
}
