import { expect, test } from 'vitest';
import { valueAt, withValueAt } from '../../../src/cli/setup/json-edit.ts';

const place = ['mcpServers', 'mailbox'] as const;
const entry = { command: 'node', args: ['main.js'], env: { MAILBOX_EMAIL: 'a@b.de' } };

/** What is left when the lines of the entry are taken out again. */
function withoutEntry(text: string): string {
  return text.replace(/,?\s*"mailbox": \{[\s\S]*?\n?\s*\}\s*\}(?=\s*[,}])/u, '');
}

test.each([
  ['an empty file', ''],
  ['a file of blanks', ' \n'],
  ['an empty object', '{}'],
  ['a file without servers', '{\n  "theme": "dark"\n}\n'],
  ['a file in one line', '{"theme":"dark","mcpServers":{"other":{"command":"x"}}}'],
  ['a file with tabs', '{\n\t"mcpServers": {\n\t\t"other": { "command": "x" }\n\t}\n}\n'],
])('%s gets the entry and keeps what it had', (_what, text) => {
  const after = withValueAt(text, place, entry, false);
  const before = text.trim() === '' ? {} : JSON.parse(text);
  expect(JSON.parse(after)).toEqual({ ...before, mcpServers: { ...before.mcpServers, mailbox: entry } });
  expect(after.trimEnd().includes('\n')).toBe(text.trim() === '' || text.trimEnd().includes('\n'));
  expect(valueAt(after, place)).toEqual(entry);
});

test('comments, trailing commas, order and spacing stay as they are', () => {
  const text = [
    '// my settings',
    '{',
    '    "z":   1, // odd spacing',
    '    "mcpServers": {',
    '        /* work */ "other": {"command": "x",},',
    '    },',
    '    "a": [1,2,],',
    '}',
    '',
  ].join('\n');
  const after = withValueAt(text, place, entry, true);
  expect(withoutEntry(after)).toBe(text);
  expect(after).toContain('        "mailbox": {\n            "command"');
  expect(valueAt(after, place)).toEqual(entry);
});

test('a comment in an empty object stays in it', () => {
  const text = '{\n  "mcpServers": { // none yet\n  }\n}\n';
  const after = withValueAt(text, place, entry, true);
  expect(after).toMatch(
    /^\{\n {2}"mcpServers": \{\n {4}"mailbox": \{[\s\S]*\} \/\/ none yet\n {2}\}\n\}\n$/u,
  );
  expect(valueAt(after, place)).toEqual(entry);
});

test('Windows line ends and a byte order mark stay, and every new line has them', () => {
  const text = '\uFEFF{\r\n  "mcpServers": {\r\n    "other": {}\r\n  }\r\n}\r\n';
  const after = withValueAt(text, place, entry, false);
  expect(after.startsWith('\uFEFF{\r\n')).toBe(true);
  expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/u);
  expect(valueAt(after, place)).toEqual(entry);
});

test('a file of a megabyte keeps every byte but those of the entry', () => {
  const projects = Object.fromEntries(
    Array.from({ length: 4000 }, (_, index) => [
      `/home/p${index}`,
      { history: ['ü \u2028 "x"', 1e21, index] },
    ]),
  );
  const text = `${JSON.stringify({ projects, mcpServers: { other: {} }, last: null }, null, 2)}\n`;
  const after = withValueAt(text, place, entry, false);
  expect(withoutEntry(after)).toBe(text);
});

test('an entry of ours is replaced where it stands', () => {
  const first = withValueAt(
    '{"mcpServers":{"mailbox":{"command":"old","cwd":"/"},"b":{}}}',
    place,
    entry,
    false,
  );
  expect(JSON.parse(first)).toEqual({ mcpServers: { mailbox: entry, b: {} } });
  expect(Object.keys(JSON.parse(first).mcpServers)).toEqual(['mailbox', 'b']);
  expect(withValueAt(first, place, entry, false)).toBe(first);
});

test.each([
  ['a brace is missing', '{\n "a": 1,\n "mcpServers": {', /not valid JSON in line 3/u],
  ['it is something else', 'hello', /not valid JSON/u],
  ['there is a comment its reader does not take', '{\n// x\n}', /not valid JSON in line 2/u],
  ['it is a list', '[]', /not an object/u],
  ['its servers are a list', '{"mcpServers": []}', /"mcpServers" in it is not an object/u],
  ['its servers are null', '{"mcpServers": null}', /"mcpServers" in it is not an object/u],
  ['its servers stand there twice', '{"mcpServers":{"a":{}},"mcpServers":{"b":{}}}', /twice/u],
])('a file is refused when %s', (_why, text, message) => {
  expect(() => withValueAt(text, place, entry, false)).toThrow(message);
});

test('a file of comments alone gets its first entry below them, where its reader takes comments', () => {
  const text = '// Folder-specific settings\r\n//\r\n';
  const after = withValueAt(text, place, entry, true);
  expect(after.startsWith(text)).toBe(true);
  expect(valueAt(after, place)).toEqual(entry);
  expect(() => withValueAt(text, place, entry, false)).toThrow(/not valid JSON/u);
});

test.each([
  ['"other": {} // about other', '"other": {}, // about other\n    "mailbox": 1'],
  ['"other": {}, // about other', '"other": {}, // about other\n    "mailbox": 1,'],
  ['"other": {} /* about other */', '"other": {}, /* about other */\n    "mailbox": 1'],
  ['"other": {},\n    // the end', '"other": {},\n    "mailbox": 1,\n    // the end'],
])('a comment stays with the entry it is about: %j', (line, wanted) => {
  const file = (lines: string) => `{\n  "mcpServers": {\n    ${lines}\n  }\n}\n`;
  const after = withValueAt(file(line), place, { in: 'place' }, true);
  expect(after.replace(/\{\s*"in": "place"\s*\}/u, '1')).toBe(file(wanted));
});

test('a text nested too deep to be read is refused, and so is writing into it', () => {
  const deep = `{"mcpServers":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`;
  const refusal = expect.objectContaining({
    code: 'invalid_input',
    message: expect.stringContaining('too deep'),
  });
  expect(() => valueAt(deep, place)).toThrow(refusal);
  expect(() => withValueAt(deep, place, entry, true)).toThrow(refusal);
});
