import type { AccountConfig, Config } from '../../config/config.ts';
import type { CheckedConnections } from './checked-connections.ts';

/** What the checks of any protocol may look at. */
export interface Protocols {
  account: AccountConfig;
  config: Config;
  connections: CheckedConnections;
  /** Content of MAILBOX_CA_FILE. */
  ca: string | undefined;
  /** Wall clock, in milliseconds. */
  now(): number;
}
