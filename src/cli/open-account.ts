import type { AccountConfig, Config } from '../config/config.ts';
import type { Log } from '../log.ts';
import type { OpenAccount } from './account.ts';

export type AccountOpener = (
  account: AccountConfig,
  config: Config,
  log: Log,
  version: string,
) => Promise<OpenAccount>;

/** The first call gets here: protocol libraries load now, so that `initialize` and `tools/list` need not wait. */
export const openAccount: AccountOpener = async (...settings) => {
  const { assemble } = await import('./account.ts');
  return await assemble(...settings);
};
