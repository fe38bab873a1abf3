import type { Config } from '../config/config.ts';
import { didYouMean } from '../config/near.ts';
import type { Env } from '../config/read-config.ts';
import { cleanLine } from '../content/clean.ts';
import { MailboxError } from '../domain/errors.ts';
import { createLog, type Log } from '../log.ts';
import { checkAccount } from './check/account-checks.ts';
import { checkHelp } from './check/check-help.ts';
import { painterFor } from './check/paint.ts';
import { ProgressLine } from './check/progress-line.ts';
import {
  brokenChecks,
  brokenLines,
  missing,
  type SettingsSource,
  settingsFor,
  sourceFields,
  sourceLines,
} from './check/settings-source.ts';
import { type AccountReport, reportLines, unreadyReport } from './check/table.ts';
import { dashed, type OptionFault, readOptions, servingOptions, shortOptions } from './options.ts';
import { type Output, print } from './output.ts';
import { addSecrets, type Settled, settle, unknownTools } from './settings.ts';

export interface CheckTimes {
  /** How long one check may take. Default ten seconds. */
  stepMs: number;
  /** How long all of them may take; logging out comes on top. Default forty seconds. */
  wholeMs: number;
  /** Wall clock, in milliseconds. */
  now(): number;
}

export interface CheckWorld extends Partial<CheckTimes> {
  platform?: NodeJS.Platform;
}

const usualTimes: CheckTimes = { stepMs: 10_000, wholeMs: 40_000, now: () => Date.now() };
const checkOptions = {
  ...servingOptions,
  ...{ flags: ['json', 'help', 'version'], short: shortOptions },
};

/**
 * Tries every protocol of every account with the settings that serving has, and tells what was found and what to do.
 * Returns 0 when nothing failed, 1 when something did or is not set up, 2 for arguments nobody understands.
 */
export async function check(
  args: readonly string[],
  given: Env,
  io: Output,
  version: string,
  world: CheckWorld = {},
): Promise<number> {
  const { options, faults: misunderstood } = readOptions(args, checkOptions);
  const [fault] = misunderstood;
  if (fault) return refuse(io, fault);
  if (options.has('help')) return await print(io, checkHelp);
  if (options.has('version')) return await print(io, `${version}\n`);

  const source = await settingsFor(given, world.platform ?? process.platform);
  const { env } = source;
  const isJson = options.has('json');
  const settled = settle([...source.args, ...args], env);
  const { config } = settled;
  const wrong = faultsOf(settled, source);
  if (!config || wrong.length > 0) return await refuseSettings(io, wrong, source, { isJson, version });

  const progress = new ProgressLine(io.stderr);
  const log = logFor(config, progress);
  addSecrets(log, env, config);
  const times = { ...usualTimes, ...world };
  const checked = await checkAll({ config, env, log, version, progress, times });
  const accounts = withFiles(checked, source);
  progress.close();
  const isOk = accounts.every(({ checks }) => checks.every(({ status }) => status !== 'failed'));
  const text = isJson
    ? JSON.stringify({ version, ...sourceFields(source), accounts, ok: isOk }, null, 2)
    : [...sourceLines(source), ...reportLines(accounts, painterFor(io.stdout, env))].join('\n');
  return await print(io, `${text}\n`, isOk ? 0 : 1);
}

interface Whole {
  config: Config;
  env: Env;
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
    const ready = await Promise.all(
      config.accounts.map(async (account) => ({
        ...(account.accountName === undefined ? {} : { account: account.accountName }),
        email: account.email,
        checks: await checkAccount({ ...round, account }),
      })),
    );
    const place = ({ account = '' }: AccountReport) => config.accountNames.indexOf(account);
    return [...ready, ...config.unready.map(unreadyReport)].sort((a, b) => place(a) - place(b));
  } finally {
    clearTimeout(timer);
    process.off('unhandledRejection', onStray);
    process.off('uncaughtException', onStray);
  }
}

/** Together with what this computer has beside the account that was checked. */
function withFiles([first, ...others]: readonly AccountReport[], source: SettingsSource): AccountReport[] {
  return first ? [{ ...first, checks: [...brokenChecks(source), ...first.checks] }, ...others] : [];
}

/** What serving tells at its default level would stand between the lines of the table. */
function logFor({ logLevel }: Config, progress: ProgressLine): Log {
  const level = logLevel === 'debug' ? 'debug' : 'error';
  return createLog({ level, write: (line) => progress.write(line) });
}

function refuse(io: Output, fault: OptionFault): number {
  const { flags, either, valued } = checkOptions;
  const names = dashed([...flags, ...either, ...valued]);
  const told =
    fault.kind === 'value'
      ? fault.sentence
      : `check knows no "${fault.word}"${didYouMean(fault.word, names)}.`;
  io.stderr.write(`${told}\nmailbox-mcp-server check --help tells what there is.\n`);
  return 2;
}

function faultsOf({ config, faults }: Settled, source: SettingsSource): readonly string[] {
  const lacking = faults ? faults.missing : config.accounts.length === 0 && config.missing;
  return [
    ...(source.fault === undefined ? [] : [source.fault]),
    ...(faults ? faults.faults : unknownTools(config)),
    ...(lacking ? missing(lacking, source) : []),
  ];
}

async function refuseSettings(
  io: Output,
  wrong: readonly string[],
  source: SettingsSource,
  { isJson, version }: { isJson: boolean; version: string },
): Promise<number> {
  const all = new Set([...wrong, ...brokenLines(source)]);
  const faults = [...all].map((fault) => cleanLine(fault));
  const told = faults.map((fault) => `  xx  ${fault}\n`).join('');
  const whose = sourceLines(source).map((line) => `${line}\n`);
  if (isJson) {
    const report = { version, ...sourceFields(source), accounts: [], faults, ok: false };
    return await print(io, `${JSON.stringify(report, null, 2)}\n`, 1);
  }
  io.stderr.write(`${whose.join('')}The settings are not usable; no server was asked.\n${told}`);
  return 1;
}
