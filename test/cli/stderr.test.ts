import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const entry = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

test('a server whose client died with all its pipes ends by itself', async () => {
  const env = {
    ...process.env,
    LOG_LEVEL: 'debug',
    MAILBOX_EMAIL: 'a@localhost',
    MAILBOX_PASSWORD: 'secret-pw',
  };
  const server = spawn(process.execPath, ['--import', 'tsx', entry], { env });
  const { stdin, stdout, stderr } = server;
  stdin.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
  await once(stdout, 'data');
  const ended = once(server, 'exit');
  for (const pipe of [stderr, stdout, stdin]) pipe.destroy();
  const late = new Promise((resolve) => setTimeout(resolve, 5000, 'still running'));
  const outcome = await Promise.race([ended, late]);
  server.kill('SIGKILL');
  expect(outcome).not.toBe('still running');
});
