import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startServer } from '../../support/mcp-client.ts';
import { startProxy } from '../../support/proxy.ts';
import { formatPeers, formatScores } from './peers-table.ts';
import { Session } from './session.ts';

const entry = fileURLToPath(new URL('../../support/fixtures/tiny-server.mjs', import.meta.url));

test('an error is a failure, an answer nobody understands too, and neither is a wrong answer', async () => {
  const proxy = await startProxy({ targetPort: 9 });
  const session = new Session('tiny 1.0', () => startServer({}, { entry }), proxy);
  try {
    // It has no list of tools: that is a failure as well, and the process is there nevertheless.
    const begun = await session.begin('start', { tool: 'env', args: {} });
    const ask = (task: string, tool: string, judge: (answer: string) => string[]) =>
      session.attempt(task, { tool, args: {} }, judge);
    const results = [
      begun,
      await ask('right', 'separators', () => []),
      await ask('wrong', 'separators', () => ['one', 'two', 'three', 'four']),
      await ask('refused', 'fails', () => []),
      await ask('odd', 'separators', () => {
        throw new Error('no list');
      }),
      await session.attempt('missing', undefined, () => []),
      await ask('crash', 'exits', () => []),
    ];
    expect(results.map(({ verdict }) => verdict.kind)).toEqual([
      ...['failed', 'right', 'wrong', 'failed', 'failed', 'unclaimed', 'failed'],
    ]);
    const table = formatPeers(results);
    expect(table).toContain('FAILED: {"error":{"code":"not_found"');
    expect(table).toContain('WRONG: one; two; three; and 1 more');
    expect(table).toContain('FAILED: answer not understood (no list): {"a":"');
    expect(table).toContain('FAILED: The server ended (exit code 3).');
    expect(formatScores(results)).toBe('tiny 1.0: 1 of 6 right, 1 wrong, 4 failed');
  } finally {
    await session.end();
    await proxy.close();
  }
});
