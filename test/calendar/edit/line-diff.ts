import type { EditContext } from '../../../src/calendar/edit/edit.ts';

/** The lines that differ, `-` or `+` in front, in the order of the files; folds and line ends are part of a line. */
export function lineDiff(before: string, after: string): string[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      lengths[i]![j] =
        old[i] === now[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  const diff: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      diff.push(`-${old[i]!.trimEnd()}`);
      i += 1;
    } else {
      diff.push(`+${now[j]!.trimEnd()}`);
      j += 1;
    }
  }
  return diff;
}

/** What of a diff is not a stamp. */
export function withoutStamps(diff: readonly string[]): string[] {
  return diff.filter((line) => !/^[+-](?:DTSTAMP|LAST-MODIFIED|SEQUENCE)[;:]/u.test(line));
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}

let uids = 0;

export const me: EditContext = {
  zone: 'Europe/Berlin',
  now: new Date('2026-03-01T09:00:00Z'),
  newUid: () => {
    uids += 1;
    return `uid-${uids}`;
  },
  ownAddresses: ['me@rig.test', 'alias@rig.test'],
  ownName: 'Mia',
};

export const berlin = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Berlin',
  'BEGIN:DAYLIGHT',
  'DTSTART:19810329T020000',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'DTSTART:19961027T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'END:VTIMEZONE',
];

/** A VCALENDAR of these VEVENTs, the Berlin definition in it. */
export function calendar(events: readonly (readonly string[])[], lineEnd = '\r\n'): string {
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', ...event, 'END:VEVENT']);
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Other//EN', ...berlin, ...lines, 'END:VCALENDAR', '']
    .join('\n')
    .replaceAll('\n', lineEnd);
}

/** Lines as other programs leave them: folds, odd parameters, alarms of all kinds. */
export const lived = [
  'UID:lived',
  'DTSTAMP:20250101T000000Z',
  'X-MOZ-GENERATION:4',
  'SUMMARY;LANGUAGE=de:Jour\n  fixe',
  'DTSTART;TZID=Europe/Berlin;X-KEEP="a;b":20260323T100000',
  'DTEND;TZID=Europe/Berlin:20260323T110000',
  'RRULE:WKST=MO;FREQ=WEEKLY;BYDAY=MO;X-OWN=1',
  'EXDATE;TZID=Europe/Berlin:20260406T100000,20260413T100000',
  'ORGANIZER;CN="Mia, me":MAILTO:Me@rig.test',
  'ATTENDEE;PARTSTAT=ACCEPTED;CN=Bob;X-NUM-GUESTS=0:mailto:bob@rig.test',
  'ATTENDEE;PARTSTAT=DECLINED:mailto:Carol@rig.test',
  'SEQUENCE:3',
  'x-unknown;P="q:r":value\\, with\n  folds',
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'TRIGGER;VALUE=DURATION:-PT15M',
  'DESCRIPTION:old',
  'X-MOZ-LASTACK:20250101T000000Z',
  'END:VALARM',
  'BEGIN:VALARM',
  'ACTION:EMAIL',
  'TRIGGER:-PT30M',
  'END:VALARM',
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'TRIGGER;VALUE=DATE-TIME:20260323T070000Z',
  'END:VALARM',
];
