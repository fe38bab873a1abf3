// `npm test`: makes the machine ready, runs every check, sums up. The last line is `N passed, N failed`.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The real servers that tests start on loopback. `id` is its name in MAILBOX_TEST_SERVERS, `service` with its `daemon`
 * is what Debian starts by itself when it installs the packages, and nobody asked for.
 */
const servers = [
  {
    id: 'dovecot',
    name: 'Dovecot 2.3',
    packages: ['dovecot-imapd', 'openssl'],
    service: 'dovecot',
    daemon: 'dovecot',
    possible: () => true,
    works: () => output('dovecot', '--version').startsWith('2.3.') && output('openssl', 'version') !== '',
  },
  {
    id: 'postfix',
    name: 'Postfix 3 with Dovecot (root only)',
    packages: ['postfix', 'dovecot-lmtpd'],
    service: 'postfix',
    daemon: '/usr/lib/postfix/sbin/master',
    possible: () => process.getuid?.() === 0,
    works: () =>
      output('postconf', '-dh', 'mail_version').startsWith('3.') && existsSync('/usr/lib/dovecot/lmtp'),
  },
  {
    id: 'radicale',
    name: 'Radicale 3',
    packages: ['radicale', 'openssl'],
    service: 'radicale',
    daemon: 'radicale',
    possible: () => true,
    works: () => output('radicale', '--version').startsWith('3.') && output('openssl', 'version') !== '',
  },
  {
    id: 'cyrus',
    name: 'Cyrus 3 (root only)',
    // Without cyrus-imapd, which conflicts with dovecot-imapd.
    packages: ['cyrus-common', 'cyrus-caldav', 'sasl2-bin', 'libsasl2-modules', 'openssl'],
    service: 'cyrus-imapd',
    daemon: '/usr/lib/cyrus/bin/master',
    possible: () => process.getuid?.() === 0,
    works: () =>
      existsSync('/usr/lib/cyrus/bin/httpd') &&
      output('openssl', 'version') !== '' &&
      spawnSync('saslpasswd2', ['-v'], { env }).error === undefined,
  },
];

// What package-lock.json says, like `npm ci`, which however refuses when a registry lacks the builds of a package
// for platforms other than this one.
const installation = 'install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error'.split(' ');

const root = fileURLToPath(new URL('..', import.meta.url));
/** Temporary files of everything that is started here, so that none is left behind. Mail servers read it too. */
const scratch = mkdtempSync(join(tmpdir(), 'mbx-run-'));
chmodSync(scratch, 0o755);
const env = {
  ...process.env,
  PATH: [process.env.PATH, '/usr/sbin', '/usr/local/sbin'].join(delimiter),
  TMPDIR: scratch,
};
const windows = process.platform === 'win32';
const children = new Set();
const total = { passed: 0, failed: 0 };
const notes = [];
let interrupted = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt);
await main();
rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
if (interrupted) notes.push('Interrupted: not everything was run.');
for (const note of notes) console.log(`\n!!! ${note}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

async function main() {
  if (!(await provideNodePackages())) return;
  await provideServers();
  await provideTools();
  await step('types', node('node_modules/typescript/bin/tsc'));
  await step('lint', node('node_modules/@biomejs/biome/bin/biome', 'check'));
  await step('build', npm('run', '--silent', 'build'));
  await tests();
}

async function provideNodePackages() {
  if (installed()) return true;
  console.log('\n=== npm install');
  if ((await run(npm(...installation))) === 0) return true;
  total.failed++;
  notes.push('LEFT OUT: everything. The packages of package-lock.json could not be installed.');
  return false;
}

/** Whether node_modules holds what package-lock.json asks for. Optional packages are those of other platforms. */
function installed() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const present = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || (optional && !present[path]) || present[path]?.version === version,
  );
}

/** Installs the servers that are missing where that is possible; what stays missing is left out and said. */
async function provideServers() {
  const wanted = servers.filter(isWanted);
  const missing = wanted.filter((server) => server.possible() && !server.works());
  if (missing.length > 0) await installDebianPackages(missing);
  const present = wanted.filter((server) => server.possible() && server.works());
  env.MAILBOX_TEST_SERVERS = present.map(({ id }) => id).join(',') || 'none';
  const absent = servers.filter((server) => !present.includes(server));
  if (absent.length === 0) return;
  notes.push(
    `LEFT OUT: tests against ${absent.map(({ name }) => name).join(', ')}: not to be had here, or not wanted.`,
  );
  if (process.env.CI === 'true' && absent.some(isWanted)) total.failed++;
}

/** The tools of others that judge what we ship. */
async function provideTools() {
  if ((await run(node('test/ship/provide-tools.mjs'))) === 0) return;
  notes.push('LEFT OUT: tests by the MCP Inspector, the conformance suite and mcpb: not to be had here.');
  if (process.env.CI === 'true') total.failed++;
}

/** MAILBOX_TEST_SERVERS may name the servers to use, separated by commas, or be `none`. */
function isWanted({ id }) {
  return env.MAILBOX_TEST_SERVERS?.split(',').includes(id) ?? true;
}

async function installDebianPackages(missing) {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (output('apt-get', '--version') === '' || output(...asRoot, 'id', '-u').trim() !== '0') return;
  const aptGet = [
    ...asRoot,
    ...'env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=60'.split(' '),
  ];
  const packages = missing.flatMap((server) => server.packages);
  const idle = servers.filter(({ daemon }) => output('pidof', '-x', daemon) === '');
  console.log(`\n=== apt-get install ${packages.join(' ')}`);
  await run([...aptGet, 'update']);
  await run([...aptGet, 'install', '-y', '--no-upgrade', '--no-install-recommends', ...packages]);
  for (const { service } of idle.filter(({ daemon }) => output('pidof', '-x', daemon) !== '')) {
    if (existsSync('/run/systemd/system')) await run([...asRoot, 'systemctl', 'disable', '--now', service]);
    else await run([...asRoot, 'service', service, 'stop']);
  }
}

/** Runs one check, which counts as one test. */
async function step(name, command) {
  if (interrupted) return false;
  const start = performance.now();
  console.log(`\n=== ${name}`);
  const passed = (await run(command)) === 0 && !interrupted;
  total[passed ? 'passed' : 'failed']++;
  console.log(`${passed ? 'ok' : 'FAILED'} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  return passed;
}

async function tests() {
  if (interrupted) return;
  console.log('\n=== tests');
  const file = join(scratch, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts'];
  const code = await run(node(...vitest, ...reporters));
  const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { testResults: [] };
  const tests = result.testResults.flatMap(({ assertionResults }) => assertionResults);
  const count = (status) => tests.filter((test) => test.status === status).length;
  // A file that did not load has no tests that failed, nor has an error outside of any test.
  const unloaded = result.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = count('failed') + unloaded.length;
  total.passed += count('passed');
  total.failed += failed === 0 && code !== 0 ? 1 : failed;
  const skipped = tests.length - count('passed') - count('failed');
  if (skipped > 0) notes.push(`${skipped} tests were skipped.`);
}

function node(...args) {
  return [process.execPath, ...args];
}

/** npm by the script that runs us, since Windows cannot start `npm` without a shell. */
function npm(...args) {
  const script = process.env.npm_execpath ?? '';
  if (script.endsWith('npm-cli.js')) return node(script, ...args);
  return windows ? ['cmd', '/c', 'npm', ...args] : ['npm', ...args];
}

/** Runs a command in the repository without stdin. Resolves to its exit code. */
function run([program, ...args]) {
  return new Promise((resolve) => {
    // A process group of its own, so that interrupting ends its children too.
    const child = spawn(program, args, {
      cwd: root,
      env,
      detached: !windows,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    children.add(child);
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code) => {
      children.delete(child);
      resolve(code ?? 1);
    });
  });
}

/** What a command prints; nothing when it fails or does not exist. */
function output(program, ...args) {
  const { status, stdout } = spawnSync(program, args, {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout : '';
}

function interrupt() {
  interrupted = true;
  signalAll('SIGTERM');
  setTimeout(() => signalAll('SIGKILL'), 5000).unref();
}

function signalAll(signal) {
  for (const child of children) {
    if (windows) child.kill(signal);
    else process.kill(-child.pid, signal);
  }
}
