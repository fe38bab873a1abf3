import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import packageJson from '../package.json' with { type: 'json' };
import { accountSettings, nameFor } from '../src/config/account-names.ts';
import { settingNames, settings } from '../src/config/schema.ts';
import { errorCodes } from '../src/domain/errors.ts';
import { catalogue } from '../src/tools/catalogue.ts';
import { documents, regionOf } from './docs/regions.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

const written = Object.entries(documents).flatMap(([path, regions]) =>
  Object.entries(regions).map(([name, write]) => ({ path, name, write })),
);

test.each(written)(
  '$path: the part about $name is what the code says (npm run docs)',
  ({ path, name, write }) => {
    expect(regionOf(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'), name)).toBe(write());
  },
);

test('every setting says what it means', () => {
  for (const [name, schema] of Object.entries(settings.shape)) {
    expect(z.globalRegistry.get(schema)?.description?.length, name).toBeGreaterThan(5);
  }
});

test('every setting the README mentions exists', () => {
  const mentioned = new Set(readme.match(/\b(?:MAILBOX|POOL|CACHE)_[A-Z_]+\b/gu));
  const ofAccounts = ['work', 'home'].flatMap((name) => accountSettings.map((each) => nameFor(name, each)));
  const known: readonly string[] = [...settingNames, ...ofAccounts];
  expect([...mentioned].filter((name) => !known.includes(name))).toEqual([]);
});

test('every npm script the README mentions exists', () => {
  const scripts = [...readme.matchAll(/`npm run ([\w:]+)/gu)].map(([, name]) => name);
  expect(scripts.length).toBeGreaterThan(4);
  for (const name of scripts) expect(packageJson.scripts).toHaveProperty(name ?? '');
});

test('every error code stands in the table of what to do', () => {
  const [, table = ''] = /<!-- errors -->(.*)<!-- \/errors -->/su.exec(readme) ?? [];
  expect([...table.matchAll(/^\| `(\w+)`/gmu)].map(([, code]) => code).sort()).toEqual(
    [...errorCodes].sort(),
  );
});

test('the entry for Claude Desktop is JSON that starts this package with settings that exist', () => {
  const [, json = ''] = /```json\n(.*?)```/su.exec(readme) ?? [];
  const { mailbox } = JSON.parse(json).mcpServers;
  expect([mailbox.command, ...mailbox.args]).toEqual(['npx', '-y', packageJson.name]);
  expect(Object.keys(packageJson.bin)).toEqual([packageJson.name]);
  expect(settings.safeParse(mailbox.env).success).toBe(true);
});

test('the changelog speaks of this version', () => {
  const changelog = readFileSync(new URL('../CHANGELOG.md', import.meta.url), 'utf8');
  expect(changelog).toContain(packageJson.version);
  for (const { name } of catalogue) expect(changelog).toContain(`\`${name}\``);
});
