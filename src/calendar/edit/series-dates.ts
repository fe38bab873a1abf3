import { type Component, type ContentLine, linesOf } from '../ics/document.ts';
import type { Moment, Moments } from '../reading/moment.ts';
import { paramsOf, withParam, withValue } from './lines.ts';
import { formatMoment, holding, listOf, sameMoment, withForm } from './moment-line.ts';
import { keepsForm, type Shift, shiftMoment } from './shift.ts';
import { replaceItem } from './tree.ts';

/** EXDATEs and RDATEs moved with their series; a value that cannot be read stays as it is. */
export function shiftDates(master: Component, shift: Shift, moments: Moments): Component {
  const lines = [...linesOf(master, 'EXDATE'), ...linesOf(master, 'RDATE')];
  return lines.reduce((edited, line) => replaceItem(edited, line, shiftLine(line, shift, moments)), master);
}

/** The EXDATEs that `keeps` names; one that cannot be read stays. */
export function filterExdates(
  master: Component,
  start: Moment,
  moments: Moments,
  keeps: (moment: Moment) => boolean,
): Component {
  return linesOf(master, 'EXDATE').reduce((edited, line) => {
    const values = listOf(line);
    const kept = values.filter((value) => {
      const moment = readValue(line, value, start, moments);
      return !moment || keeps(moment);
    });
    if (kept.length === values.length) return edited;
    return replaceItem(edited, line, kept.length > 0 ? withValue(line, kept.join(',')) : undefined);
  }, master);
}

function shiftLine(line: ContentLine, shift: Shift, moments: Moments): ContentLine {
  const values = listOf(line).map((value) => shiftValue(line, value, shift, moments));
  const formed = keepsForm(shift) ? line : inForm(line, shift.after);
  return withValue(formed, values.join(','));
}

/** PERIOD is a type of its own; as days it loses its end. */
function inForm(line: ContentLine, after: Moment): ContentLine {
  if (after.allDay || !isPeriod(line)) return withForm(line, after);
  return withParam(withForm(line, after), 'VALUE', 'PERIOD');
}

function shiftValue(line: ContentLine, value: string, shift: Shift, moments: Moments): string {
  const [start = '', end] = value.split('/');
  const moved = shiftPart(line, start, shift, moments);
  if (end === undefined || shift.after.allDay) return moved;
  return `${moved}/${/^[+-]?P/iu.test(end) ? end : shiftPart(line, end, shift, moments)}`;
}

function shiftPart(line: ContentLine, value: string, shift: Shift, moments: Moments): string {
  const moment = readValue(line, value, shift.before, moments);
  if (!moment) return value;
  const moved = shiftMoment(moment, shift, moments);
  return sameMoment(moved, moment) ? value : formatMoment(moved);
}

function readValue(line: ContentLine, value: string, start: Moment, moments: Moments): Moment | undefined {
  const alone = withValue(
    isPeriod(line) ? withParam(line, 'VALUE', undefined) : line,
    value.split('/')[0] ?? '',
  );
  return moments.first(holding(alone), line.name, start.clock);
}

function isPeriod(line: ContentLine): boolean {
  return paramsOf(line).VALUE?.toUpperCase() === 'PERIOD';
}
