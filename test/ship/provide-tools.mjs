// Installs the tools of test/ship/tools, unless they are there. `npm test` and `npm run mcpb` call it first. Not among
// the packages of the server: they are three times as many, and nobody who builds or tries the server needs them.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const wanted = fileURLToPath(new URL('tools', import.meta.url));
const folder = fileURLToPath(new URL('../../node_modules/.cache/ship-tools', import.meta.url));
const lock = join(wanted, 'package-lock.json');
/** A copy of the lock, made when all of it was installed. */
const receipt = join(folder, 'installed.json');

if (!existsSync(receipt) || readFileSync(receipt, 'utf8') !== readFileSync(lock, 'utf8')) {
  mkdirSync(folder, { recursive: true });
  rmSync(receipt, { force: true });
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(wanted, file), join(folder, file));
  // Like `npm ci`; test/run.mjs says why not that. The inspector asks for Node 22, and runs on 20 as well.
  const installation = 'install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error'.split(' ');
  const [program, ...args] = npm(...installation);
  const { status } = spawnSync(program, args, { cwd: folder, stdio: 'inherit', timeout: 300_000 });
  if (status === 0) copyFileSync(lock, receipt);
  else process.exitCode = 1;
}

/** npm by the script that runs us, since Windows cannot start `npm` without a shell. */
function npm(...args) {
  const script = process.env.npm_execpath ?? '';
  if (script.endsWith('npm-cli.js')) return [process.execPath, script, ...args];
  return process.platform === 'win32' ? ['cmd', '/c', 'npm', ...args] : ['npm', ...args];
}
