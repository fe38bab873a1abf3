import { Console } from 'node:console';
import { type Config, ConfigError } from '../config/config.ts';
import { didYouMean } from '../config/near.ts';
import { type Env, readConfig } from '../config/read-config.ts';
import { MailboxError } from '../domain/errors.ts';
import { createLog, type Log } from '../log.ts';
import { createMcpServer } from '../server/mcp-server.ts';
import { serveStdio } from '../server/stdio.ts';
import { catalogue, selectTools } from '../tools/catalogue.ts';
import type { Services } from '../tools/define-tool.ts';
import type { OpenAccount } from './account.ts';
import { type AccountOpener, openAccount } from './open-account.ts';
import type { Io } from './run-io.ts';

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
  const log = createLog({ level: config?.logLevel ?? 'info', write: writerTo(io.stderr) });
  for (const secret of secretsIn(env)) log.addSecret(secret, config?.account?.username);
  const releaseProcess = keepStdoutClean(io, log);
  if (faults) io.stderr.write(`${faults.message}\n`);
  else if (config?.missing) log.warn(config.missing);

  const account = lazyAccount({ config, faults, log, version, open });
  const server = createMcpServer({
    version,
    tools: selectTools(catalogue, config ?? { readOnly: false, send: 'direct', toolsets: undefined }),
    services: account.services,
    log: log.scope('server'),
    didYouMean,
  });
  try {
    await serveStdio(server, { stdin: io.stdin, stdout: io.stdout, log, close: account.close });
  } finally {
    releaseProcess();
  }
  return 0;
}

/**
 * Lines to a stream that may break: when a client dies its end of stderr does, too, and an error about that error
 * would never end.
 */
function writerTo(stream: Io['stderr']): (line: string) => void {
  let broken = false;
  stream.on('error', () => {
    broken = true;
  });
  return (line) => {
    if (!broken) stream.write(line);
  };
}

type Settled = { config: Config; faults?: undefined } | { config?: undefined; faults: ConfigError };

function settle(args: readonly string[], env: Env): Settled {
  try {
    return { config: readConfig(args, env) };
  } catch (error) {
    if (error instanceof ConfigError) return { faults: error };
    throw error;
  }
}

/** Opens at the first call and once; what could not be opened is tried again by the next call. */
function lazyAccount({
  config,
  faults,
  log,
  version,
  open,
}: {
  config: Config | undefined;
  faults: ConfigError | undefined;
  log: Log;
  version: string;
  open: AccountOpener;
}) {
  let opening: Promise<OpenAccount> | undefined;
  return {
    async services(): Promise<Services> {
      if (faults) throw unusable(faults);
      if (!config?.account) throw withoutCredentials(config?.missing);
      opening ??= open(config.account, config, log, version);
      try {
        return await opening;
      } catch (error) {
        opening = undefined;
        throw error;
      }
    },
    async close(): Promise<void> {
      await (await opening)?.close();
    },
  };
}

function unusable({ faults }: ConfigError): MailboxError {
  return new MailboxError('invalid_input', `The server's settings are not usable. ${faults.join(' ')}`, {
    hint: "Correct the settings in the client's configuration of this server and restart it.",
  });
}

function withoutCredentials(missing: string | undefined): MailboxError {
  return new MailboxError('auth_failed', 'No mailbox is set up yet.', {
    ...(missing !== undefined && { hint: missing }),
  });
}

function secretsIn(env: Env): string[] {
  return [env.MAILBOX_PASSWORD, env.MAILBOX_DAV_PASSWORD].filter((secret) => secret !== undefined);
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
