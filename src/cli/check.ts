import { parseArgs } from 'node:util';
import type { Config } from '../config/config.ts';
import { didYouMean } from '../config/near.ts';
import { type Env, optionSettings } from '../config/read-config.ts';
import { MailboxError } from '../domain/errors.ts';
import { createLog, type Log } from '../log.ts';
import { checkAccount } from './check/account-checks.ts';
import { checkHelp } from './check/check-help.ts';
import { painterFor } from './check/paint.ts';
import { ProgressLine } from './check/progress-line.ts';
import { type AccountReport, reportLines } from './check/table.ts';
import type { Io } from './run-io.ts';
import { addSecrets, settle, unknownTools } from './settings.ts';

export interface CheckTimes {
  /** How long one check may take. Default ten seconds. */
  stepMs: number;
  /** How long all of them may take; logging out comes on top. Default forty seconds. */
  wholeMs: number;
  /** Wall clock, in milliseconds. */
  now(): number;
}

type Output = Pick<Io, 'stdout' | 'stderr'>;

const usualTimes: CheckTimes = { stepMs: 10_000, wholeMs: 40_000, now: () => Date.now() };
const optionNames = ['json', 'help', 'version', ...Object.keys(optionSettings)];
const shortNames = ['h', 'v'];

/**
 * Tries every protocol of every account with the settings that serving has, and tells what was found and what to do.
 * Returns 0 when nothing failed, 1 when something did or is not set up, 2 for arguments nobody understands.
 */
export async function check(
  args: readonly string[],
  env: Env,
  io: Output,
  version: string,
  times: Partial<CheckTimes> = {},
): Promise<number> {
  const { unknown, given } = optionsIn(args);
  if (unknown !== undefined) return refuse(io, unknown);
  if (given.has('help') || given.has('h')) return print(io, checkHelp);
  if (given.has('version') || given.has('v')) return print(io, `${version}\n`);

  const isJson = given.has('json');
  const { config, faults } = settle(args, env);
  const wrong = faults?.faults ?? faultsOf(config);
  if (!config || wrong.length > 0) return refuseSettings(io, wrong, { isJson, version });

  const progress = new ProgressLine(io.stderr);
  const log = logFor(config, progress);
  addSecrets(log, env, config);
  const accounts = await checkAll({ config, log, version, progress, times: { ...usualTimes, ...times } });
  progress.close();
  const isOk = accounts.every(({ checks }) => checks.every(({ status }) => status !== 'failed'));
  const text = isJson
    ? JSON.stringify({ version, accounts, ok: isOk }, null, 2)
    : reportLines(accounts, painterFor(io.stdout, env)).join('\n');
  io.stdout.write(`${text}\n`);
  return isOk ? 0 : 1;
}

interface Whole {
  config: Config;
  log: Log;
  version: string;
  progress: ProgressLine;
  times: CheckTimes;
}

/** A library's stray error must not end what the other protocols have to tell. */
async function checkAll({ config, times, ...rest }: Whole): Promise<AccountReport[]> {
  const { stepMs, wholeMs, now } = times;
  const controller = new AbortController();
  const timeUp = new MailboxError('timeout', 'The time for all checks was up.', {
    hint: 'The servers answer very slowly: try again, or from another network.',
  });
  const timer = setTimeout(() => controller.abort(timeUp), wholeMs);
  const onStray = (error: unknown) => rest.log.debug('unexpected error', { cause: error });
  process.on('unhandledRejection', onStray);
  process.on('uncaughtException', onStray);
  const round = { ...rest, config, stepMs, now, whole: controller.signal };
  try {
    return await Promise.all(
      config.accounts.map(async (account) => ({
        ...(account.accountName === undefined ? {} : { account: account.accountName }),
        email: account.email,
        checks: await checkAccount({ ...round, account }),
      })),
    );
  } finally {
    clearTimeout(timer);
    process.off('unhandledRejection', onStray);
    process.off('uncaughtException', onStray);
  }
}

/** What serving tells at its default level would stand between the lines of the table. */
function logFor({ logLevel }: Config, progress: ProgressLine): Log {
  const level = logLevel === 'debug' ? 'debug' : 'error';
  return createLog({ level, write: (line) => progress.write(line) });
}

/** The first thing among the arguments that means nothing here, and the names of the options. */
function optionsIn(args: readonly string[]): { unknown: string | undefined; given: Set<string> } {
  const { tokens } = parseArgs({
    args: [...args],
    options: { toolsets: { type: 'string' }, 'log-level': { type: 'string' } },
    ...{ strict: false, allowPositionals: true, tokens: true },
  });
  const given = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional') return { unknown: token.value, given };
    if (token.kind !== 'option') continue;
    const known = token.rawName.startsWith('--') ? optionNames : shortNames;
    if (!known.includes(token.name)) return { unknown: token.rawName, given };
    given.add(token.name);
  }
  return { unknown: undefined, given };
}

function refuse(io: Output, unknown: string): number {
  const known = optionNames.map((name) => `--${name}`);
  io.stderr.write(
    `check knows no "${unknown}"${didYouMean(unknown, known)}.\nmailbox-mcp-server check --help tells what there is.\n`,
  );
  return 2;
}

function faultsOf(config: Config | undefined): readonly string[] {
  if (!config) return [];
  return [...(config.missing === undefined ? [] : [config.missing]), ...unknownTools(config)];
}

function refuseSettings(
  io: Output,
  faults: readonly string[],
  { isJson, version }: { isJson: boolean; version: string },
): number {
  const told = faults.map((fault) => `  xx  ${fault}\n`).join('');
  if (isJson) print(io, `${JSON.stringify({ version, accounts: [], faults, ok: false }, null, 2)}\n`);
  else io.stderr.write(`The settings are not usable; no server was asked.\n${told}`);
  return 1;
}

function print(io: Output, text: string): number {
  io.stdout.write(text);
  return 0;
}
