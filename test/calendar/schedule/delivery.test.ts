import { expect, test } from 'vitest';
import { tellingWarnings } from '../../../src/calendar/schedule/delivery.ts';
import type { Told } from '../../../src/calendar/schedule/telling.ts';

const ics = (...lines: string[]) =>
  `${['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:a', ...lines, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n')}\r\n`;
const now = new Date('2026-11-21T12:00:00Z');
const coming = { end: '2026-11-22T10:00:00+01:00' };
const server: Told = { by: 'server', warnings: [] };

test('whom the calendar server could not tell is said, whom it told is not', () => {
  const stored = ics(
    'ORGANIZER:mailto:me@example.org',
    'ATTENDEE;SCHEDULE-STATUS=1.2:mailto:told@example.org',
    'ATTENDEE;SCHEDULE-STATUS="5.1;Could not":mailto:lost@example.org',
    'ATTENDEE;SCHEDULE-STATUS="2.0,3.7":mailto:odd@example.org',
    'ATTENDEE:mailto:silent@example.org',
  );
  const [warning, ...others] = tellingWarnings(server, stored, coming, now);
  expect(others).toEqual([]);
  expect(warning?.code).toBe('not_told');
  expect(warning?.detail).toContain('lost@example.org, odd@example.org');
  expect(warning?.detail).not.toMatch(/silent|@example.org, told|me@/u);
});

test('an organizer who was not reached is said too; what left by mail is not judged by old marks', () => {
  const stored = ics(
    'ORGANIZER;SCHEDULE-STATUS=5.3:mailto:boss@example.org',
    'ATTENDEE:mailto:me@example.org',
  );
  expect(tellingWarnings(server, stored, coming, now)[0]?.detail).toContain('boss@example.org');
  expect(tellingWarnings({ by: 'mail', warnings: [] }, stored, coming, now)).toEqual([]);
});

test('of what is over mailbox.org tells nobody, and that is said', () => {
  const stored = ics('ATTENDEE:mailto:me@example.org');
  const codes = (event: Parameters<typeof tellingWarnings>[2]) =>
    tellingWarnings(server, stored, event, now).map(({ code }) => code);
  expect(codes({ end: '2026-11-21T12:59:00+01:00' })).toEqual(['event_is_over']);
  expect(codes({ end: '2026-11-19', allDay: true })).toEqual(['event_is_over']);
  expect(codes({ end: '2026-11-21', allDay: true })).toEqual([]);
  expect(codes({ end: '2026-11-20T10:00:00Z', recurrence: { rule: 'FREQ=DAILY', text: 'daily' } })).toEqual(
    [],
  );
});
