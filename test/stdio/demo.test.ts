import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { repoRoot } from '../support/mcp-client.ts';

test('the demo of the built server judges every one of its answers right', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/main.js', 'demo'], { cwd: repoRoot });
  expect(stdout).not.toContain('WRONG');
  expect(stdout.match(/right ·/gu)?.length).toBeGreaterThan(20);
}, 60_000);
