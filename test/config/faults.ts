import { ConfigError } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';

export const credentials = { MAILBOX_EMAIL: 'alice@mailbox.org', MAILBOX_PASSWORD: 'pw' };

/** What is wrong with these settings beside right credentials. */
export function faultsOf(env: Record<string, string>, argv: string[] = []): readonly string[] {
  try {
    readConfig(argv, { ...credentials, ...env });
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}
