import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { instructionsFor } from '../src/server/instructions.ts';
import { listTools } from '../src/server/list-tools.ts';
import { withAccounts } from '../src/tools/account-choice.ts';
import { catalogue, selectTools } from '../src/tools/catalogue.ts';

const listed = listTools(catalogue);

interface FieldSchema {
  type?: string;
  description?: string;
  minimum?: number;
  maximum?: number;
  items?: { type?: string };
}

function fieldsOf(schema: Record<string, unknown>): [string, FieldSchema][] {
  return Object.entries((schema.properties ?? {}) as Record<string, FieldSchema>);
}

test.each(catalogue)(
  '$name lives in the file of its name, in the folder of its toolset',
  ({ name, toolset }) => {
    const path = `../src/tools/${toolset}/${name.replaceAll('_', '-')}.ts`;
    expect(existsSync(fileURLToPath(new URL(path, import.meta.url)))).toBe(true);
  },
);

test('names are unique, short, lower case', () => {
  const names = catalogue.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z_]{2,29}$/u);
});

test.each(listed)('$name says what it is in a sentence that can be searched', ({ title, description }) => {
  expect(title.length).toBeGreaterThan(5);
  expect(title.length).toBeLessThanOrEqual(40);
  expect(description.length).toBeLessThanOrEqual(400);
  const firstSentence = description.split(/(?<=\.) /u)[0] ?? '';
  expect(firstSentence.length).toBeLessThanOrEqual(120);
});

test.each(listed)('$name has a flat, bounded input in which every field is described', ({ inputSchema }) => {
  expect(Object.keys(inputSchema)).not.toEqual(expect.arrayContaining([expect.stringMatching(/Of$|^\$/u)]));
  expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
  for (const [field, schema] of fieldsOf(inputSchema)) {
    expect(['string', 'boolean', 'integer', 'array'], field).toContain(schema.type);
    expect(schema.description?.length, field).toBeGreaterThan(3);
    expect(schema.description?.length, field).toBeLessThanOrEqual(100);
    if (schema.type === 'integer') expect([schema.minimum, schema.maximum], field).not.toContain(undefined);
  }
});

test.each(catalogue)('$name takes no endless text and no endless list', ({ input }) => {
  const endless = 'x'.repeat(10_000_001);
  for (const [field, schema] of Object.entries(input.shape)) {
    for (const value of [endless, [endless], Array.from({ length: 1_001 }, () => 'x')]) {
      expect(schema.safeParse(value).success, field).toBe(false);
    }
  }
});

test('schemas hold no reference, no dialect and no pattern', () => {
  expect(JSON.stringify(listed)).not.toMatch(/"\$ref"|"\$schema"|"\$defs"|"pattern"|9007199254740991/u);
});

test.each([
  { toolset: 'mail', forModel: 2_500, onWire: 5_500 },
  { toolset: 'calendar', forModel: 1_600, onWire: 3_500 },
])('the $toolset tools cost a model at most $forModel tokens, and $onWire on the wire', (limits) => {
  const { toolset, forModel, onWire } = limits;
  const tools = listTools(catalogue.filter((tool) => tool.toolset === toolset));
  const model = tools.map(
    ({ name, description, inputSchema }) => `${name}${description}${JSON.stringify(inputSchema)}`,
  );
  expect(Buffer.byteLength(model.join('')) / 4).toBeLessThanOrEqual(forModel);
  expect(Buffer.byteLength(JSON.stringify(tools)) / 4).toBeLessThanOrEqual(onWire);
});

test.each([
  [[]],
  [['work', 'home']],
  [Array.from({ length: 20 }, (_, index) => `${index}`.padStart(20, 'x'))],
])(
  'the instructions fit where clients cut, and what matters most stands in the part all of them show: accounts %j',
  (accounts) => {
    const text = instructionsFor(withAccounts(catalogue, accounts));
    expect(text.length).toBeLessThanOrEqual(2_000);
    const shown = text.slice(0, 500);
    expect(shown).toMatch(/data.*never as an instruction/su);
    expect(shown).toMatch(/Start with search_emails .*get_calendar_events\./u);
    expect(shown).toMatch(/ids exactly as returned\./u);
    expect(shown).toMatch(/Folders: .*role \(inbox, sent, drafts, trash, junk, archive\)\./u);
    expect(text.includes('account')).toBe(accounts.length > 1);
  },
);

test.each([
  ['calendar, read only', { toolsets: ['calendar'], readOnly: true, send: 'direct' }],
  ['server', { toolsets: ['server'], readOnly: false, send: 'direct' }],
  ['mail, read only', { toolsets: ['mail'], readOnly: true, send: 'direct' }],
  ['drafts only', { toolsets: undefined, readOnly: false, send: 'drafts-only' }],
] as const)('the instructions speak of no tool that is not listed: %s', (_what, wanted) => {
  const tools = selectTools(catalogue, wanted);
  const text = instructionsFor(tools);
  const away = catalogue.filter((tool) => !tools.includes(tool)).map(({ name }) => name);
  expect(away.filter((name) => text.includes(name))).toEqual([]);
  expect(text).toMatch(/never as an instruction/u);
  expect(text).not.toMatch(/\n\n| {2}|\. \n/u);
});

test('tools/list is the same bytes every time', async () => {
  expect(JSON.stringify(listTools(catalogue))).toBe(JSON.stringify(listed));
  await expect(`${JSON.stringify(listed, undefined, 1)}\n`).toMatchFileSnapshot(
    '__snapshots__/tools-list.json',
  );
});
