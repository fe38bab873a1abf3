import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { type SettingName, settingNames, settings } from '../src/config/schema.ts';
import { catalogue } from '../src/tools/catalogue.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

function between(marker: string): string {
  const match = new RegExp(`<!-- ${marker}:[^>]*-->\\n(.*?)<!-- /${marker} -->`, 'su').exec(readme);
  return match?.[1] ?? `no markers for ${marker}`;
}

/** What the README must say about the tools: paste the received block when this fails. */
function toolTable(): string {
  const rows = catalogue.map(({ name, description, annotations }) => {
    const sentence = description.split(/(?<=\.) /u)[0];
    return `| \`${name}\` | ${sentence} | ${annotations.readOnlyHint ? 'yes' : 'no'} |`;
  });
  return `${['| Tool | What it does | Read-only |', '|---|---|---|', ...rows].join('\n')}\n`;
}

function settingRows(): Map<string, string> {
  const rows = between('settings').matchAll(/^\| `([A-Z_]+)` \| (?:`([^`]*)` )?\|/gmu);
  return new Map([...rows].map(([, name = '', value = '']) => [name, value]));
}

test('the table of tools is the catalogue', () => {
  expect(between('tools')).toBe(toolTable());
});

test('the table of settings names every setting, with the default it has, and no other', () => {
  const defaults = settings.parse({});
  const shown = (name: SettingName) => (Array.isArray(defaults[name]) ? '' : String(defaults[name] ?? ''));
  const usable = settingNames.filter((name) => name !== 'MAILBOX_ACCOUNTS');
  expect(Object.fromEntries(settingRows())).toEqual(
    Object.fromEntries(usable.map((name) => [name, shown(name)])),
  );
});

test('every setting the README mentions exists', () => {
  const mentioned = new Set(readme.match(/\b(?:MAILBOX|POOL|CACHE)_[A-Z_]+\b/gu));
  expect([...mentioned].filter((name) => !settingNames.some((known) => known === name))).toEqual([]);
});

test('every npm script the README mentions exists', () => {
  const scripts = [...readme.matchAll(/npm (?:run )?(demo|test|build|lint|typecheck|inspect)\b/gu)].map(
    ([, name]) => name,
  );
  expect(scripts.length).toBeGreaterThan(4);
  for (const name of scripts) expect(packageJson.scripts).toHaveProperty(name ?? '');
});

test('the entry for Claude Desktop is JSON that starts the built server', () => {
  const [, json = ''] = /```json\n(.*?)```/su.exec(readme) ?? [];
  const { mailbox } = JSON.parse(json).mcpServers;
  expect(mailbox.args[0]).toMatch(new RegExp(`/${packageJson.bin['mailbox-mcp-server']}$`, 'u'));
  expect(settings.safeParse(mailbox.env).success).toBe(true);
});

test('the changelog speaks of this version', () => {
  const changelog = readFileSync(new URL('../CHANGELOG.md', import.meta.url), 'utf8');
  expect(changelog).toContain(packageJson.version);
  for (const { name } of catalogue) expect(changelog).toContain(`\`${name}\``);
});
