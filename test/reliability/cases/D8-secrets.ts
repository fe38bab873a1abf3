import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaultEvent } from '../../../src/sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { type McpProcess, startServer } from '../../support/mcp-client.ts';
import { type Case, Tally } from '../case.ts';
import { formsOf } from '../support/secret-forms.ts';
import { entry } from '../support/server.ts';
import { spread } from '../support/spread.ts';

const alice = 'alice@sandbox.test';
/** Everything that is written in another way somewhere. */
const right = 'Tr0ub"4dor\\3 %41+/=<&>';
const wrong = "W'rong {horse} $1?#;";
const calendars = 'Kal-ender~`0|~';
const secrets = [right, wrong, calendars];
const levels = ['error', 'warn', 'info', 'debug'];

type Env = Record<string, string>;

interface Scenario {
  name: string;
  /** @param command makes a script that says these words and ends with this code, and tells how to run it */
  env(command: (words: string, code?: number) => string): Env;
  /** What servers repeat in their answers: the passwords they were told. */
  echoes?: readonly string[];
}

const scenarios: Scenario[] = [
  { name: 'the right password', env: () => ({ MAILBOX_PASSWORD: right, MAILBOX_DAV_PASSWORD: calendars }) },
  { name: 'a wrong password', env: () => ({ MAILBOX_PASSWORD: wrong }) },
  { name: 'a password command', env: (command) => ({ MAILBOX_PASSWORD_COMMAND: command(right) }) },
  {
    name: 'a command that gives a wrong one',
    env: (command) => ({ MAILBOX_PASSWORD_COMMAND: command(wrong) }),
  },
  {
    name: 'a command that fails after it spoke',
    env: (command) => ({ MAILBOX_PASSWORD_COMMAND: command(right, 3) }),
  },
  {
    name: 'servers that repeat it',
    env: () => ({ MAILBOX_PASSWORD: right, MAILBOX_DAV_PASSWORD: calendars }),
    echoes: [right, calendars],
  },
  { name: 'servers that repeat a wrong one', env: () => ({ MAILBOX_PASSWORD: wrong }), echoes: [wrong] },
  {
    name: 'a password and a command',
    env: (command) => ({ MAILBOX_PASSWORD: right, MAILBOX_PASSWORD_COMMAND: command(wrong) }),
  },
  ...[
    'MAILBOX_IMAP_HOST',
    'MAILBOX_SMTP_PORT',
    'MAILBOX_CALDAV_URL',
    'MAILBOX_READ_ONLY',
    'MAILBOX_ALIASES',
    'LOG_LEVEL',
  ].map((setting) => ({
    name: `the password in ${setting}`,
    env: () => ({ MAILBOX_PASSWORD: right, [setting]: right }),
  })),
  {
    name: 'the password in the name of a setting',
    env: () => ({ MAILBOX_PASSWORD: right, [`MAILBOX_${right.replace('=', '')}`]: '1' }),
  },
];

export const secretsStayIn: Case = {
  id: 'D8',
  title: 'passwords in logs, answers, errors and the list of processes',
  run: async (effort) => {
    const folder = mkdtempSync(join(tmpdir(), 'mailbox-d8-'));
    const tally = new Tally(effort);
    const runs = levels.flatMap((level) => scenarios.map((scenario) => ({ level, scenario })));
    let calls = 0;
    try {
      for (const { level, scenario } of spread(runs, effort.seed)) {
        if (tally.isOver) break;
        const told = await live(scenario, level, folder);
        calls += told.calls;
        tally.count(`${scenario.name}, LOG_LEVEL=${level}`, told.leaks);
      }
      return tally.outcome({ of: runs.length, figure: `${calls} calls` });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** One life of a server with everything that may be asked of it. */
async function live(
  scenario: Scenario,
  level: string,
  folder: string,
): Promise<{ leaks: string[]; calls: number }> {
  const intercept = (event: FaultEvent) => (scenario.echoes ? echo(event, scenario.echoes) : undefined);
  const passwords = { [alice]: calendars };
  const users = [{ email: alice, password: right }];
  const sandbox = await startSandbox({ users, caldav: { passwords }, intercept });
  if (scenario.echoes) repeatInCalendar(sandbox, scenario.echoes);
  const { MAILBOX_PASSWORD: _right, MAILBOX_DAV_PASSWORD: _calendars, ...places } = sandbox.env(alice);
  const env = {
    ...places,
    LOG_LEVEL: level,
    MAILBOX_RATE_LIMIT: '0',
    ...scenario.env((...said) => command(folder, ...said)),
  };
  const server = startServer(env, { entry, timeoutMs: 20_000 });
  try {
    const { said, calls } = await load(server);
    const places = { answers: said, stderr: server.stderr, ...processTexts(server.pid) };
    return { leaks: Object.entries(places).flatMap(leaksIn), calls };
  } finally {
    await server.end();
    await sandbox.close();
  }
}

/** A script in a file of its own: its command line must not hold what it says. */
function command(folder: string, words: string, code = 0): string {
  const script = join(folder, `say-${code}-${secrets.indexOf(words)}.mjs`);
  const said = JSON.stringify(`${words}\n`);
  writeFileSync(
    script,
    `process.stdout.write(${said}); process.stderr.write(${said}); process.exitCode = ${code};\n`,
  );
  return `"${process.execPath}" "${script}"`;
}

/** In every form a server might repeat what it was told. */
function echo({ protocol, command }: FaultEvent, known: readonly string[]) {
  const words = known.join(' ');
  if (protocol === 'imap' && /^(?:LOGIN|AUTHENTICATE)$/u.test(command))
    return { reply: `NO [ALERT] not ${words}` };
  if (protocol === 'smtp' && command === 'AUTH') return { reply: `454 4.7.0 not ${words}` };
  return undefined;
}

function repeatInCalendar({ caldav }: Sandbox, known: readonly string[]): void {
  const basic = Buffer.from(`${alice}:${known.at(-1)}`).toString('base64');
  const headers = { 'WWW-Authenticate': `Basic realm="${basic}"`, 'X-Debug': basic, Location: `/x?${basic}` };
  for (const status of [500, 302, 403, 401])
    caldav.faults.plan({}, { status, headers, body: `<error>${known} ${basic}</error>` });
}

const asked: [string, Record<string, unknown>][] = [
  ['get_server_status', {}],
  ['search_emails', { limit: 3 }],
  ['get_folders', {}],
  ['get_email', { id: 'INBOX/1-1' }],
  ['list_calendars', {}],
  ['get_calendar_events', { start: '2026-11-01' }],
  ['create_draft', { to: [alice], subject: 'Draft', text: 'x' }],
  ['send_email', { to: [alice, 'nobody@sandbox.test'], subject: 'Letter', text: 'x' }],
  ['create_event', { title: 'Sync', start: '2026-12-01T10:00' }],
  ['move_email', { ids: ['INBOX/1-1'], folder: 'Nowhere' }],
  ['no_such_tool', {}],
  ['search_emails', { unknown: true }],
  ['get_server_status', {}],
];

/** @returns everything the client was told; a server that refuses to start tells nothing */
async function load(server: McpProcess): Promise<{ said: string; calls: number }> {
  const said: unknown[] = [];
  try {
    said.push(await server.initialize(), await server.request('tools/list'));
    for (const [tool, args] of asked) said.push(await server.call(tool, args));
    const rest = await Promise.all(asked.map(([tool, args]) => server.call(tool, args)));
    said.push(...rest, server.notifications);
  } catch (error) {
    if (!String(error).includes('The server ended')) throw error;
    said.push(String(error));
  }
  return { said: JSON.stringify(said), calls: said.length };
}

/** What others on this machine can see of the process and of what it started. */
function processTexts(pid: number): Record<string, string> {
  if (!existsSync(`/proc/${pid}`)) return {};
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean),
  );
  const texts = [String(pid), ...children].map(
    (one) => read(`/proc/${one}/cmdline`) + read(`/proc/${one}/comm`),
  );
  return { 'the list of processes': texts.join('\n') };
}

function leaksIn([place, text]: [string, string]): string[] {
  return secrets.flatMap((secret) => {
    const form = formsOf(secret, alice).find((written) => text.includes(written));
    if (form === undefined) return [];
    const at = text.indexOf(form);
    return [`${place}: …${JSON.stringify(text.slice(Math.max(0, at - 80), at + form.length + 20))}`];
  });
}
