import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The real process, from source. */
function run(args: string[], nodeOptions: string[] = []) {
  const child = spawn(process.execPath, ['--import', 'tsx', ...nodeOptions, main, ...args], {
    env: { PATH: process.env.PATH },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }));
  return { child, ended };
}

const initialize = {
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } },
};

test('--version and --help say what they should, on stdout, and end well', async () => {
  const [version, help] = await Promise.all([run(['--version']).ended, run(['--help']).ended]);
  expect(version).toMatchObject({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  expect(help.code).toBe(0);
  expect(help.stdout).toContain('MAILBOX_PASSWORD');
});

test('a mistyped command or option is refused with the near one, on stderr only', async () => {
  const [command, option] = await Promise.all([run(['dmeo']).ended, run(['--raed-only']).ended]);
  expect(command).toMatchObject({ code: 2, stdout: '' });
  expect(command.stderr).toContain('There is no command "dmeo" (did you mean demo?).');
  expect(option).toMatchObject({ code: 2, stdout: '' });
  expect(option.stderr).toContain('There is no option "--raed-only" (did you mean --read-only?).');
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends the server with code 0 in time', async (signal) => {
  const { child, ended } = run([]);
  child.stdin.write(`${JSON.stringify(initialize)}\n`);
  await once(child.stdout, 'data');
  const began = performance.now();
  child.kill(signal);
  expect(await ended).toMatchObject({ code: 0, signal: null });
  expect(performance.now() - began).toBeLessThan(2_000);
});

test('the end of stdin ends the server with code 0, and everything asked before it is answered', async () => {
  const { child, ended } = run([]);
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
  child.stdin.end(`${JSON.stringify(initialize)}\n${JSON.stringify(list)}\n`);
  const { code, stdout } = await ended;
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).id)).toEqual([1, 2]);
});

test('a client that closes its end of stdout ends the server with code 0', async () => {
  const { child, ended } = run([]);
  child.stdin.write(`${JSON.stringify(initialize)}\n`);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' })}\n`);
  expect(await ended).toMatchObject({ code: 0 });
});

test('an old Node is told which one is needed, on stderr only', async () => {
  const old =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.1' } });";
  const { code, stdout, stderr } = await run(
    [],
    ['--import', `data:text/javascript,${encodeURIComponent(old)}`],
  ).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^mailbox-mcp-server needs Node\.js 20 or newer; this is v[\d.]+\.\n$/u);
});
