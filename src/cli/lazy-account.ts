import type { Config, ConfigError } from '../config/config.ts';
import { MailboxError } from '../domain/errors.ts';
import type { Services } from '../domain/services.ts';
import type { Log } from '../log.ts';
import type { OpenAccount } from './account.ts';
import type { AccountOpener } from './open-account.ts';

/** Opens at the first call and once; what could not be opened is tried again by the next call. */
export function lazyAccount({
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
      const [account] = config?.accounts ?? [];
      if (!config || !account) throw withoutCredentials(config?.missing);
      opening ??= open(account, config, log, version);
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
