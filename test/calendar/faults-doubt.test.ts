import { expect, test } from 'vitest';
import { showsChange } from '../../src/calendar/schedule/shows-change.ts';
import { lines, local, calendar as text } from '../support/calendar-texts.ts';

/** What the server holds after an answer was lost: is it what was sent, or something else? */
const event = (title: string, stamp: string, ...more: string[]) =>
  text([...lines('a', `DTSTART${local(0, '09:30')}`, `SUMMARY:${title}`, ...more), `LAST-MODIFIED:${stamp}`]);
const [now, later] = ['20260601T080000Z', '20260601T080001Z'];
const before = event(
  'Alt',
  now,
  'LOCATION:Hier',
  'ATTENDEE;PARTSTAT=NEEDS-ACTION;CN="A: B":mailto:a@rig.test',
);

test('nothing changed, though the stamps are those of the same second', () => {
  const wanted = event('Neu', now, 'LOCATION:Hier');
  expect(showsChange(before, wanted, before)).toBe(false);
});

test('a change of somebody else in the same second is not taken for ours', () => {
  const wanted = event('Neu', now, 'LOCATION:Hier');
  expect(showsChange(before, wanted, event('Fremd', now, 'LOCATION:Hier'))).toBe(false);
  expect(showsChange(before, wanted, event('Alt', now, 'LOCATION:Hier', 'X-A:1'))).toBe(false);
});

test('what the server holds in its own words, with lines and stamps of its own, is recognised', () => {
  const wanted = event('Neu', now, 'LOCATION:Hier', 'ATTENDEE;PARTSTAT=ACCEPTED;CN="A: B":mailto:a@rig.test');
  const held = event(
    'Neu',
    later,
    'TRANSP:OPAQUE',
    'ATTENDEE;CN="A: B";SCHEDULE-STATUS=1.1;PARTSTAT=ACCEPTED:mailto:a@rig.test',
    'LOCATION:Hier',
  );
  expect(showsChange(before, wanted, held)).toBe(true);
});

test('an answer that is not there, or a line that was to go, is no change', () => {
  const answered = before.replace('NEEDS-ACTION', 'ACCEPTED');
  expect(showsChange(before, answered, before.replace('SUMMARY:Alt', 'SUMMARY:Fremd'))).toBe(false);
  const without = before.replace('LOCATION:Hier\r\n', '');
  expect(showsChange(before, without, before)).toBe(false);
  expect(showsChange(before, without, without.replace(now, later))).toBe(true);
});

test('folding makes no difference', () => {
  const wanted = event('Neu und ziemlich lang', now, 'LOCATION:Hier');
  const held = event('Neu und\r\n  ziemlich lang', later, 'LOCATION:Hier');
  expect(showsChange(before, wanted, held)).toBe(true);
});
