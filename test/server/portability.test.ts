import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { listTools } from '../../src/server/list-tools.ts';
import { withAccounts } from '../../src/tools/account-choice.ts';
import { catalogue, type Selection, selectTools } from '../../src/tools/catalogue.ts';

/** What some client stumbles over in a list of tools, though the protocol allows it. */
const everything: Selection = { readOnly: false, send: 'direct', toolsets: undefined };
const listed = listTools(selectTools(catalogue, everything));

/** Every schema inside a schema, with the way to it. */
function nodesOf(schema: unknown, path = ''): [path: string, node: Record<string, unknown>][] {
  if (typeof schema !== 'object' || schema === null) return [];
  const inside = Object.entries(schema).flatMap(([key, value]) => nodesOf(value, `${path}/${key}`));
  return Array.isArray(schema) ? inside : [[path, { ...schema }], ...inside];
}

describe.each(listed)('$name', ({ name, inputSchema, outputSchema }) => {
  const nodes = [...nodesOf(inputSchema, 'input'), ...nodesOf(outputSchema, 'output')];
  const holding = (...keywords: string[]) =>
    nodes.filter(([, node]) => keywords.some((keyword) => keyword in node)).map(([path]) => path);

  test('has a name that fits beside that of its server, in the letters all clients take', () => {
    expect(name).toMatch(/^[a-z][a-z0-9_]{0,29}$/u);
  });

  test('needs no resolving: no reference, no definitions, no dialect', () => {
    expect(holding('$ref', '$defs', 'definitions', '$schema', '$id', '$anchor')).toEqual([]);
  });

  test('is an object at the top, and not one of several', () => {
    for (const schema of [inputSchema, outputSchema]) {
      expect(schema.type).toBe('object');
      expect(Object.keys(schema)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/Of$|^not$|^if$/u)]),
      );
    }
  });

  test('uses no keyword that strict clients refuse', () => {
    expect(holding('allOf', 'not', 'if', 'patternProperties', 'dependentRequired', 'prefixItems')).toEqual(
      [],
    );
    const unions = nodes.filter(([, { type }]) => Array.isArray(type));
    expect(unions.map(([path]) => path)).toEqual([]);
  });

  test('says what its lists take: some models are not given a list of anything', () => {
    const lists = nodesOf(inputSchema).filter(([, { type }]) => type === 'array');
    expect(lists.filter(([, { items }]) => items === undefined).map(([path]) => path)).toEqual([]);
  });
});

/** A token is about four bytes of such JSON. */
test.each<[name: string, limit: number, selection: Selection]>([
  ['all tools', 9_000, everything],
  ['the read-only tools of mail', 3_000, { readOnly: true, send: 'direct', toolsets: ['mail'] }],
])('%s cost at most %i tokens on the wire', (_name, limit, selection) => {
  const tools = listTools(selectTools(catalogue, selection));
  expect(tools.length).toBeGreaterThan(4);
  expect(Buffer.byteLength(JSON.stringify({ tools })) / 4).toBeLessThanOrEqual(limit);
});

test('as many accounts as there may be, with the longest names, cost no more than that', () => {
  const names = [12, 5, 5, 5, 5, 4].map((length, index) => 'abcdef'.charAt(index).repeat(length));
  const accounts = (list: readonly string[]) => readConfig([], { MAILBOX_ACCOUNTS: list.join(',') });
  expect(accounts(names).accountNames).toEqual(names);
  expect(() => accounts([...names, 'g'])).toThrow(/MAILBOX_ACCOUNTS must hold 6 names at most/u);
  expect(() => accounts([...'abcd'].map((letter) => letter.repeat(12)))).toThrow(/36 letters in all/u);
  expect(() => accounts(['a'.repeat(13)])).toThrow(/MAILBOX_ACCOUNTS must hold names/u);
  const tools = listTools(withAccounts(selectTools(catalogue, everything), names));
  expect(Buffer.byteLength(JSON.stringify({ tools })) / 4).toBeLessThanOrEqual(9_000);
});
