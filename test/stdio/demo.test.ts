import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { repoRoot } from '../support/mcp-client.ts';

test('the demo of the built server judges every one of its answers right', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/main.js', 'demo'], { cwd: repoRoot });
  expect(stdout).not.toContain('WRONG');
  expect(stdout.match(/right ·/gu)?.length).toBeGreaterThan(20);

  // What the README shows of it, but for numbers, ids and weekdays, which differ from day to day.
  const readme = readFileSync(`${repoRoot}README.md`, 'utf8');
  const [, transcript = ''] = /```text\n(> .*?)```\n<!-- \/transcript -->/su.exec(readme) ?? [];
  const lasting = (line: string) =>
    line
      .replace(/INBOX\/\w+-\d+/u, 'id')
      .replace(/\d+/gu, '#')
      .replace(/\w+day/gu, 'day');
  const printed = new Set(stdout.split('\n').map(lasting));
  const shown = transcript.split('\n').map(lasting);
  expect(shown.length).toBeGreaterThan(20);
  expect(shown.filter((line) => !printed.has(line))).toEqual([]);
}, 60_000);
