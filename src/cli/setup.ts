import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../config/config.ts';
import type { Env } from '../config/read-config.ts';
import { print } from './output.ts';
import type { Io } from './run-io.ts';
import { type Answers, entryEnv, plainSecrets } from './setup/answers.ts';
import { type Asker, Cancelled } from './setup/asker.ts';
import { clients, foundClients, type Machine } from './setup/clients.ts';
import { entryFor, launchOf } from './setup/entry.ts';
import { type Kept, keep } from './setup/keep.ts';
import { knownOf } from './setup/known.ts';
import { type SetupOptions, setupHelp, setupOptions } from './setup/options.ts';
import { printedEntries } from './setup/print.ts';
import { provenAnswers } from './setup/proving.ts';
import { askAccount, askRights } from './setup/questions.ts';
import { askKeeping } from './setup/secrets.ts';
import { terminal } from './setup/terminal.ts';
import { askTargets, showEntry, type Target, tellObstacles, writeEntries } from './setup/writing.ts';

/** The bundle, seen from the chunk this file becomes. */
const builtEntry = fileURLToPath(new URL('../main.js', import.meta.url));

/** What differs from machine to machine and from moment to moment. */
export interface SetupWorld {
  version: string;
  /** The file a client starts. */
  entry?: string;
  platform?: NodeJS.Platform;
  execPath?: string;
  now?: () => Date;
  /** Default: the person at the terminal. */
  asker?: Asker;
}

interface Stage {
  ask: Asker;
  machine: Machine;
  options: SetupOptions;
  world: SetupWorld & { entry: string };
}

/**
 * Asks for address and passwords, tries them, and writes the entry into the clients of this machine. Everything is asked
 * before anything is written. Returns 0; 1 when given up or when a chosen client could not be written to; 2 for arguments
 * nobody understands, or without a terminal.
 */
export async function setup(args: readonly string[], env: Env, io: Io, world: SetupWorld): Promise<number> {
  const options = setupOptions(args);
  if (typeof options === 'string')
    return refuse(io, `${options}\nmailbox-mcp-server setup --help tells what there is.`);
  if (options.help) return await print(io, setupHelp);
  if (options.version) return await print(io, `${world.version}\n`);
  const { entry = builtEntry, platform = process.platform } = world;
  if (!existsSync(entry)) {
    io.stderr.write(`There is no ${entry}: run "npm run build" first.\n`);
    return 1;
  }
  const machine = { platform, env };
  if (options.print) return await printEntries(options, launchFor({ ...world, entry }, machine), machine, io);
  if (!world.asker && !(isTerminal(io.stdin) && isTerminal(io.stdout))) {
    return refuse(
      io,
      'setup asks questions and needs a terminal. Without one, "setup --print --email you@mailbox.org" prints the entry.',
    );
  }
  const ask = world.asker ?? terminal(io.stdin, io.stdout);
  try {
    return await converse({ ask, machine, options, world: { ...world, entry } });
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    ask.end(`Stopped. ${error.left ?? 'Nothing has been changed.'}`);
    return 1;
  }
}

async function printEntries(
  options: SetupOptions,
  launch: ReturnType<typeof launchOf>,
  machine: Machine,
  io: Io,
): Promise<number> {
  try {
    let code = 0;
    for (const { entry, about } of printedEntries(options.clients, options.email, launch, machine)) {
      io.stderr.write(`${about}\n`);
      code = await print(io, `${entry}\n`, code);
    }
    return code;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refuse(io, `The entry would not work, so it is not printed:\n${error.faults.join('\n')}`);
  }
}

async function converse({ ask, machine, options, world }: Stage): Promise<number> {
  ask.begin('Your mailbox for your assistant');
  const found = foundClients(machine);
  const concerned = options.clients ?? found;
  await tellObstacles(ask, machine, concerned);
  const known = await knownOf(machine, concerned, options.email);
  const account = await askAccount(ask, known);
  const proven = await provenAnswers(ask, account, world.version, known);
  const answers = { ...proven, settings: await askRights(ask, proven.settings, known.freedom) };
  const keeping = await askKeeping(ask, machine, answers);
  const env = entryEnv(answers, plainSecrets(answers));
  const targets = await askTargets(ask, machine, found, options.clients, env);
  const kept = await keep(ask, machine, answers, keeping);
  return await finish({ ask, machine, options, world }, answers, kept, targets);
}

async function finish(stage: Stage, answers: Answers, kept: Kept, targets: readonly Target[]) {
  const { ask, machine, world } = stage;
  const env = entryEnv(answers, kept.settings);
  const launch = launchFor(world, machine);
  if (targets.length === 0) {
    const [client] = clients;
    if (client) showEntry(ask, client, entryFor(client, launch, env));
    ask.end('No file was changed. The entry above fits most programs that know MCP servers.');
    return 0;
  }
  const now = world.now?.() ?? new Date();
  const written = await writeEntries(ask, targets, { launch, env, now });
  if (written.length === 0) {
    ask.end(['No file was changed.', await kept.undo()].filter(Boolean).join(' '));
    return 1;
  }
  const missed = targets.filter(({ client }) => !written.includes(client)).map(({ client }) => client.name);
  const done = missed.length > 0 ? `Done, but not for ${missed.join(' and ')}: see above.` : 'Done.';
  const todo = written.map(({ restart }) => restart).join('\n   ');
  ask.end(
    `${done}\n   ${todo}\n   Then ask, for example: "What came in since yesterday that I have not read?"`,
  );
  return missed.length > 0 ? 1 : 0;
}

function launchFor({ entry, execPath = process.execPath }: Stage['world'], machine: Machine) {
  return launchOf(entry, execPath, machine);
}

function refuse(io: Io, message: string): number {
  io.stderr.write(`${message}\n`);
  return 2;
}

function isTerminal(stream: object): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}
