import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { didYouMean } from '../config/near.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { asker } from './demo-ask.ts';
import { calendarDay } from './demo-calendar.ts';
import { DemoClient } from './demo-client.ts';
import { readingDay } from './demo-day.ts';
import { DemoCalendar, DemoTruth } from './demo-truth.ts';
import { recipients, writingDay } from './demo-writing.ts';
import { toldWord } from './options.ts';
import type { Io } from './run-io.ts';

const user = 'alice@sandbox.test';
/** Alice, and those who get mail of hers and have a mailbox here to get it in. */
const users = [user, ...Object.values(recipients)].map((email) => ({
  email,
  password: `${email.slice(0, email.indexOf('@'))}-pw`,
}));

/** The bundle, seen from the chunk this file becomes. */
const builtEntry = fileURLToPath(new URL('../main.js', import.meta.url));

/**
 * Tries the real server on embedded mail servers: starts `entry` as a client would, has it read, answer and file a
 * day's mail over MCP and checks every answer against what is in the mailboxes. `--serve` instead keeps the mail servers
 * running and prints the settings for Claude Desktop. Returns 0, or 1 when an answer was wrong, 2 for
 * arguments nobody understands.
 */
export async function demo(
  args: readonly string[],
  io: Pick<Io, 'stdout' | 'stderr'>,
  entry: string = builtEntry,
): Promise<number> {
  const unknown = args.find((argument) => argument !== '--serve');
  if (unknown !== undefined) {
    const meant = didYouMean(unknown, ['--serve', '--help', '--version']);
    io.stderr.write(`The demo does not know "${toldWord(unknown)}"${meant}. It knows --serve and --help.\n`);
    return 2;
  }
  if (!existsSync(entry)) {
    io.stderr.write(`There is no ${entry}: run "npm run build" first.\n`);
    return 1;
  }
  const print = (line: string) => void io.stdout.write(`${line}\n`);
  const sandbox = await startSandbox({ users });
  try {
    return args.includes('--serve')
      ? await serveSandbox(sandbox, entry, print)
      : await tryServer(sandbox, entry, print);
  } finally {
    await sandbox.close();
  }
}

async function serveSandbox(sandbox: Sandbox, entry: string, print: (line: string) => void): Promise<number> {
  const server = { command: process.execPath, args: [entry], env: sandbox.env(user) };
  print('The mail servers run. For claude_desktop_config.json:');
  print(JSON.stringify({ mcpServers: { 'mailbox-demo': server } }, null, 2));
  print('Ctrl-C ends them.');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  return 0;
}

async function tryServer(sandbox: Sandbox, entry: string, print: (line: string) => void): Promise<number> {
  const downloads = await realpath(await mkdtemp(join(tmpdir(), 'mailbox-demo-')));
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const client = new DemoClient(entry, {
    ...sandbox.env(user),
    MAILBOX_NAME: 'Alice Sommer',
    MAILBOX_DOWNLOAD_DIR: downloads,
    MAILBOX_TIMEZONE: timezone,
  });
  const wrong: string[] = [];
  const truth = new DemoTruth(sandbox.store, user);
  const calendars = sandbox.caldav.calendars.user(user);
  const calendar = new DemoCalendar(calendars, truth, new Date(), timezone);
  try {
    const start = performance.now();
    const tools = await client.connect();
    print(`A mailbox with ${truth.mails()} mails, on servers in this process.`);
    print(
      `The server offers ${tools.length} tools (${Math.round(performance.now() - start)} ms): ${tools.join(', ')}`,
    );
    const ask = asker(client, wrong, print);
    const day = [...readingDay(ask, truth), ...writingDay(ask, truth), ...calendarDay(ask, calendar)];
    for (const matter of day) {
      await matter().catch((error: unknown) => wrong.push(messageOf(error)));
    }
  } catch (error) {
    wrong.push(messageOf(error));
  } finally {
    await client.close();
    await rm(downloads, { recursive: true, force: true });
  }
  print('');
  for (const line of wrong) print(`WRONG: ${line}`);
  print(
    wrong.length === 0
      ? 'Every answer was right.'
      : `${wrong.length} ${wrong.length === 1 ? 'answer was' : 'answers were'} wrong.`,
  );
  return wrong.length === 0 ? 0 : 1;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
