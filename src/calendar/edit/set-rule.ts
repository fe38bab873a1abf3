import { MailboxError } from '../../domain/errors.ts';
import type { Component } from '../ics/document.ts';
import type { Moment } from '../reading/moment.ts';
import { formatRule } from '../recurrence/format-rule.ts';
import { parseRule } from '../recurrence/parse-rule.ts';
import { isSubDaily, type Rule } from '../recurrence/rule.ts';
import { property, rawValue, withValue } from './lines.ts';
import { untilAt, untilWall } from './rule-until.ts';
import { insertBehind, lineOf, removeLines, setLine } from './tree.ts';

const seriesLines = ['RRULE', 'RDATE', 'EXDATE', 'EXRULE'];

/** It has a rule or dates. */
export function isSeries(event: Component): boolean {
  return ['RRULE', 'RDATE'].some((name) => lineOf(event, name));
}

/** Without anything that makes it a series. */
export function withoutSeries(event: Component): Component {
  return removeLines(event, seriesLines);
}

/**
 * Sets RRULE; an empty text ends the series, with RDATE and EXDATE. UNTIL is written as `start` needs it. A rule that
 * means the same stays as it stands.
 * @throws MailboxError as parseRule, and `invalid_input` when it ends before it begins, has COUNT beside UNTIL or repeats
 * within the hour, which no calendar program shows.
 */
export function setRule(event: Component, given: string, start: Moment): Component {
  if (given.trim() === '') return withoutSeries(event);
  const rule = checkedRule(given, start);
  const line = lineOf(event, 'RRULE');
  if (line && meansSame(rawValue(line), rule, start)) return event;
  if (rule.frequency === 'SECONDLY' || rule.frequency === 'MINUTELY') throw tooOften();
  const text = formatRule(rule);
  if (line) return setLine(event, withValue(line, text));
  const anchor = lineOf(event, 'DTEND') ?? lineOf(event, 'DURATION') ?? lineOf(event, 'DTSTART');
  return insertBehind(event, anchor, property('RRULE', text));
}

function checkedRule(given: string, start: Moment): Rule {
  const rule = inFormOf(start, parseRule(given));
  if (rule.count !== undefined && rule.until)
    throw invalid('recurrence has COUNT and UNTIL; it may have one.');
  if (start.allDay && isSubDaily(rule)) throw invalid('An all-day event repeats by days, not by hours.');
  if (rule.until && untilWall(rule.until, start) < start.wall) {
    throw invalid('The UNTIL of recurrence is before the start.');
  }
  return rule;
}

function inFormOf(start: Moment, rule: Rule): Rule {
  if (!rule.until) return rule;
  return { ...rule, until: untilAt(untilWall(rule.until, start), start) };
}

function meansSame(stored: string, rule: Rule, start: Moment): boolean {
  try {
    return formatRule(inFormOf(start, parseRule(stored))) === formatRule(rule);
  } catch (error) {
    // A stored rule that nobody can read is another one.
    if (error instanceof MailboxError) return false;
    throw error;
  }
}

function tooOften(): MailboxError {
  return new MailboxError(
    'invalid_input',
    'recurrence repeats by minutes or seconds: no calendar shows that.',
    {
      hint: 'Take FREQ=HOURLY or a longer one, or one event that lasts as long as it all.',
    },
  );
}

function invalid(message: string): MailboxError {
  return new MailboxError('invalid_input', message);
}
