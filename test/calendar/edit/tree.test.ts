import { expect, test } from 'vitest';
import { property } from '../../../src/calendar/edit/lines.ts';
import {
  addComponent,
  addLine,
  component,
  editableDocument,
  insertAfter,
  masterOf,
  overridesOf,
  removeLines,
  replaceComponent,
  setLine,
} from '../../../src/calendar/edit/tree.ts';
import {
  type Component,
  type IcsDocument,
  readDocument,
  writeDocument,
} from '../../../src/calendar/ics/document.ts';

const file = [
  'BEGIN:VCALENDAR',
  'X-ODD;A=1:q',
  'BEGIN:VEVENT',
  'RECURRENCE-ID:20260330T100000Z',
  'SUMMARY:Override',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'summary:One',
  'SUMMARY:Two',
  'UID:u',
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'END:VALARM',
  'X-LAST:z',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\n');

function master(document: IcsDocument): Component {
  const found = masterOf(document);
  if (!found) throw new Error('no master');
  return found;
}

function changed(edit: (event: Component) => Component): string {
  const document = readDocument(file);
  return writeDocument(replaceComponent(document, master(document), edit(master(document))));
}

test('a line takes the place of the first of its name, with the line end of the file; further ones go', () => {
  expect(changed((event) => setLine(event, property('SUMMARY', 'New')))).toBe(
    file.replace('summary:One\nSUMMARY:Two\n', 'SUMMARY:New\n'),
  );
});

test('a new line stands behind the properties, in front of the alarms', () => {
  expect(changed((event) => setLine(event, property('LOCATION', 'x'.repeat(80))))).toBe(
    file.replace('UID:u\n', `UID:u\nLOCATION:${'x'.repeat(66)}\n ${'x'.repeat(14)}\n`),
  );
});

test('one of several is added behind the last of its name', () => {
  expect(changed((event) => addLine(event, property('SUMMARY', 'Three')))).toBe(
    file.replace('SUMMARY:Two\n', 'SUMMARY:Two\nSUMMARY:Three\n'),
  );
});

test('only the named lines are taken out', () => {
  expect(changed((event) => removeLines(event, ['SUMMARY'], ({ raw }) => raw.includes('Two')))).toBe(
    file.replace('SUMMARY:Two\n', ''),
  );
  const event = master(readDocument(file));
  expect(removeLines(event, ['LOCATION'])).toBe(event);
});

test('a component is added behind the last of its name', () => {
  const alarm = component('VALARM', [property('ACTION', 'AUDIO')]);
  expect(changed((event) => addComponent(event, alarm))).toBe(
    file.replace('END:VALARM\n', 'END:VALARM\nBEGIN:VALARM\nACTION:AUDIO\nEND:VALARM\n'),
  );
});

test('master and overrides are told apart, and a component is replaced, added and taken out in its place', () => {
  const document = readDocument(file);
  const [override] = overridesOf(document);
  expect(override?.items[1]).toMatchObject({ raw: 'SUMMARY:Override\n' });
  const gone = override && replaceComponent(document, override);
  expect(gone && writeDocument(gone)).toBe(file.replace(/BEGIN:VEVENT\nREC[\s\S]*?END:VEVENT\n/u, ''));
  const last = replaceComponent(document, master(document));
  expect(writeDocument(last)).toBe(file.replace(/BEGIN:VEVENT\nsumm[\s\S]*END:VEVENT\n/u, ''));
  const added = insertAfter(document, master(document), component('VEVENT', [property('UID', 'v')]));
  expect(writeDocument(added)).toBe(
    file.replace('END:VEVENT\nEND:VC', 'END:VEVENT\nBEGIN:VEVENT\nUID:v\nEND:VEVENT\nEND:VC'),
  );
});

test.each([
  ['no event', 'BEGIN:VCALENDAR\nEND:VCALENDAR\n'],
  ['an event that is not closed', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\n'],
  ['an alarm that is not closed', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VALARM\nEND:VEVENT\nEND:VCALENDAR\n'],
])('a text with %s is refused: a new line might end up elsewhere', (_, text) => {
  expect(() => editableDocument(text)).toThrow(expect.objectContaining({ code: 'unsupported' }));
});
