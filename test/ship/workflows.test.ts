import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { root } from './bundle.ts';
import { extensionName } from './release-folder.ts';
import { requireFromTools, toolsPresent } from './tools.ts';

const folder = join(root, '.github');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.yml'),
);
const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const workflows = ['workflows/test.yml', 'workflows/release.yml'];

const yamlLibrary = z.object({ parse: z.function({ input: [z.string()], output: z.unknown() }) });
const workflow = z.object({
  on: z.unknown(),
  permissions: z.record(z.string(), z.enum(['read', 'none'])),
  jobs: z.record(
    z.string(),
    z.object({ 'timeout-minutes': z.number().optional(), uses: z.string().optional() }),
  ),
});

describe.runIf(toolsPresent)('what GitHub reads', () => {
  const { parse } = yamlLibrary.parse(toolsPresent ? requireFromTools('yaml') : { parse: () => undefined });

  test.each(files)('%s is YAML', (path) => {
    expect(parse(read(path))).toEqual(expect.any(Object));
  });

  test.each(workflows)('%s may write nothing unless a job says so, and no job runs for ever', (path) => {
    const { jobs } = workflow.parse(parse(read(path)));
    const endless = Object.entries(jobs).filter(([, job]) => !job.uses && !job['timeout-minutes']);
    expect(endless.map(([name]) => name)).toEqual([]);
  });
});

test.each(workflows)('%s uses actions of a stated version, and scripts that exist', (path) => {
  const actions = [...read(path).matchAll(/uses: (?!\.\/)(\S+)/gu)].map(([, action]) => action);
  for (const action of actions) expect(action).toMatch(/^actions\/[\w-]+@v\d+$/u);
  const scripts = [...read(path).matchAll(/npm (?:run )?(test|mcpb|registry|sbom|build)\b/gu)];
  expect(scripts.length).toBeGreaterThan(0);
  for (const [, script = ''] of scripts) expect(packageJson.scripts).toHaveProperty(script);
});

test('the tests run on all three systems, on every Node we promise', () => {
  const text = read('workflows/test.yml');
  expect(text.match(/node: \[20, 22, 24\]/gu)).toHaveLength(2);
  for (const system of ['-bookworm', 'macos-latest', 'windows-latest']) expect(text).toContain(system);
});

test('a release publishes with provenance and attaches what the registry and the README point to', () => {
  const text = read('workflows/release.yml');
  expect(text).toContain('npm publish --provenance');
  expect(text).toContain(`dist/release/${extensionName}`);
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(extensionName);
});

test('the changelog has the form of Keep a Changelog', () => {
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const headings = [...changelog.matchAll(/^## (.*)$/gmu)].map(([, heading]) => heading);
  expect(headings[0]).toBe('[Unreleased]');
  for (const heading of headings.slice(1)) expect(heading).toMatch(/^\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d$/u);
  const kinds = [...changelog.matchAll(/^### (.*)$/gmu)].map(([, kind]) => kind);
  const known = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
  expect(kinds.filter((kind) => !known.includes(kind ?? ''))).toEqual([]);
});
