import { Console } from 'node:console';
import { didYouMean } from '../config/near.ts';
import type { Env } from '../config/read-config.ts';
import { createLog, type Log } from '../log.ts';
import { createMcpServer } from '../server/mcp-server.ts';
import { serveStdio } from '../server/stdio.ts';
import { withAccounts } from '../tools/account-choice.ts';
import { accountNames, lazyAccounts } from './lazy-accounts.ts';
import { toSetUp } from './not-set-up.ts';
import { type AccountOpener, openAccount } from './open-account.ts';
import { writerTo } from './output.ts';
import type { Io } from './run-io.ts';
import { aboutTheList, addSecrets, isAboutTools, settle, toolsOf, unknownTools } from './settings.ts';

/**
 * The server: reads the settings, lists its tools at once, opens the account at the first call, and returns 0
 * when the client is gone. With wrong or missing settings it serves all the same and every call says what to
 * set: a server that does not start shows its user nothing but "failed".
 */
export async function serve(
  args: readonly string[],
  env: Env,
  io: Io,
  version: string,
  open: AccountOpener = openAccount,
): Promise<number> {
  const { config, faults } = settle(args, env);
  const named = faults?.named ?? config;
  const stopping = [...(faults?.faults.filter(isAboutTools) ?? []), ...(named ? unknownTools(named) : [])];
  if (stopping.length > 0) {
    const others = faults?.faults.filter((fault) => !isAboutTools(fault)) ?? [];
    io.stderr.write(`${[...stopping, ...others].join('\n')}\n`);
    return 2;
  }
  const log = createLog({ level: config?.logLevel ?? 'info', write: writerTo(io.stderr) });
  addSecrets(log, env, config);
  const releaseProcess = keepStdoutClean(io, log);
  if (faults) io.stderr.write(`${faults.message}\n`);
  else for (const words of config ? toSetUp(config) : []) log.warn(words);

  const accounts = lazyAccounts({ config, env, faults, log, version, open });
  const tools = toolsOf(config);
  for (const words of config ? aboutTheList(config, tools) : []) log.warn(words);
  const server = createMcpServer({
    version,
    tools: withAccounts(tools, accountNames(config)),
    services: accounts.services,
    log: log.scope('server'),
    didYouMean,
    timezone: config?.timezone,
  });
  try {
    await serveStdio(server, { stdin: io.stdin, stdout: io.stdout, log, close: accounts.close });
  } finally {
    releaseProcess();
  }
  return 0;
}

/**
 * Whatever a library prints goes to stderr, and an error nobody waited for is logged: a dropped connection
 * must not take the server down, because desktop clients do not start it again.
 */
function keepStdoutClean(io: Io, log: Log): () => void {
  const original = globalThis.console;
  globalThis.console = new Console(io.stderr, io.stderr);
  const onStray = (error: unknown) => log.error('unexpected error', { cause: error });
  process.on('unhandledRejection', onStray);
  process.on('uncaughtException', onStray);
  return () => {
    globalThis.console = original;
    process.off('unhandledRejection', onStray);
    process.off('uncaughtException', onStray);
  };
}
