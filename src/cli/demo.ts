import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { DemoClient } from './demo-client.ts';
import { type Ask, type Finding, workThroughTheDay } from './demo-day.ts';
import { DemoTruth } from './demo-truth.ts';
import type { Io } from './run-io.ts';

const user = 'alice@sandbox.test';
const width = 96;
const shownLines = 14;

/** The bundle, seen from the chunk this file becomes. */
const builtEntry = fileURLToPath(new URL('../main.js', import.meta.url));

/**
 * Tries the real server on embedded mail servers: starts `entry` as a client would, asks it a day's questions
 * over MCP and checks every answer against what is in the mailbox. `--serve` instead keeps the mail servers
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
    io.stderr.write(`The demo does not know "${unknown}". It knows --serve and --help.\n`);
    return 2;
  }
  if (!existsSync(entry)) {
    io.stderr.write(`There is no ${entry}: run "npm run build" first.\n`);
    return 1;
  }
  const print = (line: string) => void io.stdout.write(`${line}\n`);
  const sandbox = await startSandbox();
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
  const client = new DemoClient(entry, {
    ...sandbox.env(user),
    MAILBOX_DOWNLOAD_DIR: downloads,
    MAILBOX_TIMEZONE: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const wrong: string[] = [];
  const truth = new DemoTruth(sandbox.store, user);
  try {
    const start = performance.now();
    const tools = await client.connect();
    print(`A mailbox with ${truth.mails()} mails, on servers in this process.`);
    print(
      `The server offers ${tools.length} tools (${milliseconds(performance.now() - start)}): ${tools.join(', ')}`,
    );
    wrong.push(...(await workThroughTheDay(asker(client, wrong, print), truth)));
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error));
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

function asker(client: DemoClient, wrong: string[], print: (line: string) => void): Ask {
  return async (question, tool, args, read) => {
    print(`\n> ${question}`);
    print(`  ${tool} ${JSON.stringify(args)}`);
    const { data, isError, text, milliseconds: took } = await client.call(tool, args);
    if (isError) {
      print(`  WRONG: ${text}`);
      throw new Error(`${tool} ${JSON.stringify(args)} answered ${text}`);
    }
    const answer = data as Parameters<typeof read>[0];
    const { shown, findings } = read(answer);
    for (const line of wrap(shown)) print(`    ${line}`);
    print(`  ${verdict(findings)} · ${milliseconds(took)} · about ${Math.ceil(text.length / 4)} tokens`);
    for (const [promise, held] of findings) {
      if (!held) wrong.push(`${tool} ${JSON.stringify(args)}: not true that ${promise}`);
    }
    return answer;
  };
}

function verdict(findings: readonly Finding[]): string {
  const failed = findings.filter(([, held]) => !held).map(([promise]) => promise);
  return failed.length === 0 ? 'right' : `WRONG: ${failed.join('; ')}`;
}

function wrap(shown: readonly string[]): string[] {
  const lines = shown.flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .flatMap(wrapLine),
  );
  if (lines.length <= shownLines) return lines;
  return [...lines.slice(0, shownLines), `… ${lines.length - shownLines} more lines`];
}

function wrapLine(line: string): string[] {
  return (
    line.match(new RegExp(`.{1,${width}}(?:\\s+|$)|.{1,${width}}`, 'gu'))?.map((piece) => piece.trimEnd()) ??
    []
  );
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}
