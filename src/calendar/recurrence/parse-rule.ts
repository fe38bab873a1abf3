import { MailboxError } from '../../domain/errors.ts';
import { parseUntil } from './parse-until.ts';
import { type ByDay, type Frequency, frequencies, type Rule, weekdayCodes } from './rule.ts';

/** Far above every rule whose lists name all their values; anything longer is no rule. */
const maxLength = 10_000;

type Reader = (rule: Rule, value: string, part: string) => void;

const readers: Readonly<Record<string, Reader>> = {
  FREQ: (rule, value) => {
    rule.frequency = oneOf<Frequency>(frequencies, value, 'FREQ');
  },
  INTERVAL: (rule, value, part) => {
    rule.interval = whole(value, part, 1, Number.MAX_SAFE_INTEGER);
  },
  COUNT: (rule, value, part) => {
    rule.count = whole(value, part, 1, Number.MAX_SAFE_INTEGER);
  },
  UNTIL: (rule, value) => {
    rule.until = parseUntil(value);
  },
  WKST: (rule, value) => {
    rule.weekStart = weekdayCodes.indexOf(oneOf(weekdayCodes, value, 'WKST'));
  },
  BYSECOND: (rule, value, part) => {
    // A leap second is read as the second before it (RFC 5545 §3.3.12).
    rule.bySecond = ascending(numbers(value, part, 0, 60).map((second) => Math.min(second, 59)));
  },
  BYMINUTE: (rule, value, part) => {
    rule.byMinute = numbers(value, part, 0, 59);
  },
  BYHOUR: (rule, value, part) => {
    rule.byHour = numbers(value, part, 0, 23);
  },
  BYDAY: (rule, value) => {
    rule.byDay = weekdays(value);
  },
  BYMONTHDAY: (rule, value, part) => {
    rule.byMonthDay = signedNumbers(value, part, 31);
  },
  BYYEARDAY: (rule, value, part) => {
    rule.byYearDay = signedNumbers(value, part, 366);
  },
  BYWEEKNO: (rule, value, part) => {
    rule.byWeekNo = signedNumbers(value, part, 53);
  },
  BYMONTH: (rule, value, part) => {
    rule.byMonth = numbers(value, part, 1, 12);
  },
  BYSETPOS: (rule, value, part) => {
    rule.bySetPos = signedNumbers(value, part, 366);
  },
  RSCALE: (_rule, value) => {
    if (!/^GREGOR(?:IAN|Y)$/u.test(value)) {
      throw new MailboxError('unsupported', 'The rule counts in a calendar other than the Gregorian.');
    }
  },
  SKIP: (rule, value) => {
    const skip = oneOf(['OMIT', 'BACKWARD', 'FORWARD'], value, 'SKIP');
    if (skip !== 'OMIT') rule.skip = skip === 'FORWARD' ? 'forward' : 'backward';
  },
};

/**
 * A RECUR value (RFC 5545 §3.3.10), with or without `RRULE:`, in any case, blanks ignored. Of a part given twice
 * the last counts; X- parts are ignored. COUNT beside UNTIL, which the RFC forbids, means whichever ends first.
 * SKIP (RFC 7529) is honoured, RSCALE only as Gregorian.
 * @throws MailboxError `invalid_input` naming the part at fault; `unsupported` for parts nobody here knows.
 */
export function parseRule(text: string): Rule {
  if (text.length > maxLength) throw invalid('The rule is too long.');
  const parts = text
    .replace(/\s+/gu, '')
    .toUpperCase()
    .replace(/^RRULE:/u, '')
    .split(';')
    .filter((part) => part !== '');
  // A rule that never names its frequency is refused below.
  const rule: Rule = { frequency: 'DAILY', interval: 1, weekStart: 1 };
  let hasFrequency = false;
  for (const part of parts) {
    const [, name = '', value = ''] = /^([A-Z-]+)=([^=]+)$/u.exec(part) ?? [];
    if (name === '') throw invalid('A part of the rule is not of the form NAME=VALUE.');
    if (name.startsWith('X-')) continue;
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (!read) throw new MailboxError('unsupported', 'The rule has a part that RFC 5545 does not know.');
    read(rule, value, name);
    hasFrequency ||= name === 'FREQ';
  }
  if (!hasFrequency) throw invalid('The rule does not say its FREQ.');
  return rule;
}

function oneOf<Value extends string>(values: readonly Value[], text: string, part: string): Value {
  const found = values.find((value) => value === text);
  if (found === undefined) throw invalid(`The rule's ${part} must be one of ${values.join(', ')}.`);
  return found;
}

function whole(text: string, part: string, from: number, to: number): number {
  const value = /^\+?\d+$/u.test(text) ? Number(text) : Number.NaN;
  if (!(value >= from && value <= to)) throw invalid(`The rule's ${part} is not a number in its range.`);
  return value;
}

function numbers(text: string, part: string, from: number, to: number): number[] {
  return ascending(text.split(',').map((value) => whole(value, part, from, to)));
}

function signedNumbers(text: string, part: string, most: number): number[] {
  return ascending(
    text.split(',').map((value) => {
      const size = whole(value.replace(/^-/u, ''), part, 1, most);
      return value.startsWith('-') ? -size : size;
    }),
  );
}

function weekdays(text: string): ByDay[] {
  const found = new Map<string, ByDay>();
  for (const value of text.split(',')) {
    const [, sign, digits, code = ''] = /^([+-]?)(\d{1,2})?([A-Z]{2})$/u.exec(value) ?? [];
    const weekday = (weekdayCodes as readonly string[]).indexOf(code);
    if (weekday < 0 || (sign && !digits)) throw invalid("The rule's BYDAY is not a list of weekdays.");
    const nth = digits === undefined ? undefined : whole(digits, 'BYDAY', 1, 53) * (sign === '-' ? -1 : 1);
    found.set(`${nth ?? ''}${code}`, nth === undefined ? { weekday } : { weekday, nth });
  }
  return [...found.values()];
}

function ascending(values: number[]): number[] {
  return [...new Set(values)].sort((one, other) => one - other);
}

function invalid(message: string): MailboxError {
  return new MailboxError('invalid_input', message, {
    hint: 'Write it as in RFC 5545: FREQ=WEEKLY;BYDAY=TU,TH;COUNT=10.',
  });
}
