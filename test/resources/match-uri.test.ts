import { expect, test } from 'vitest';
import { resources } from '../../src/resources/catalogue.ts';
import { matchUri } from '../../src/resources/match-uri.ts';
import { catalogue } from '../../src/tools/catalogue.ts';

function found(uri: string): Record<string, unknown> | undefined {
  const match = matchUri(resources, uri);
  if (!match) return undefined;
  const values = Object.keys(match.resource.variables).map((name) => [name, match.variables(name)]);
  return { resource: match.resource.name, ...Object.fromEntries(values) };
}

test.each([
  ['mailbox://mail/INBOX%2Fs44we8-4711', { resource: 'mail', id: 'INBOX/s44we8-4711' }],
  ['mailbox://mail/INBOX/s44we8-4711', { resource: 'mail', id: 'INBOX/s44we8-4711' }],
  ['mailbox://mail/Über%20uns%2F50%25%2Fa-1', { resource: 'mail', id: 'Über uns/50%/a-1' }],
  ['mailbox://mail/Über uns/50%/a-1', { resource: 'mail', id: 'Über uns/50%/a-1' }],
  ['mailbox://mail/What?/#1/a-1', { resource: 'mail', id: 'What?/#1/a-1' }],
  ['MAILBOX://Mail/INBOX%2Fa-1', { resource: 'mail', id: 'INBOX/a-1' }],
  ['mailbox://mail/INBOX%2Fa-1/attachment/1.2', { resource: 'attachment', id: 'INBOX/a-1', part: '1.2' }],
  ['mailbox://mail/INBOX/a-1/attachment/2', { resource: 'attachment', id: 'INBOX/a-1', part: '2' }],
  ['mailbox://mail/x/attachment/a-1', { resource: 'mail', id: 'x/attachment/a-1' }],
  ['mailbox://folder/Lists%2Fnode', { resource: 'folder', path: 'Lists/node' }],
  ['mailbox://agenda/today', { resource: 'agenda_today' }],
  ['mailbox://agenda/heute', { resource: 'agenda', date: 'heute' }],
  ['mailbox://inbox', { resource: 'inbox' }],
  ['mailbox://inbox/x', undefined],
  ['mailbox://mail/', undefined],
  ['mailbox://folder/a\nb', undefined],
  ['xmailbox://inbox', undefined],
])('%s', (uri, expected) => {
  expect(found(uri)).toEqual(expected);
});

test.each(resources)('$name names a tool that only reads, and every variable it describes', (resource) => {
  const tool = catalogue.find(({ name }) => name === resource.tool);
  expect(tool?.annotations.readOnlyHint).toBe(true);
  const inUri = [...resource.uri.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name);
  expect(Object.keys(resource.variables)).toEqual(inUri);
  expect(resource.name).toMatch(/^[a-z_]{3,30}$/u);
});

test('names and URIs are unique', () => {
  for (const field of ['name', 'uri', 'title'] as const) {
    expect(new Set(resources.map((resource) => resource[field])).size).toBe(resources.length);
  }
});
