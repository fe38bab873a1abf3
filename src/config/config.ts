import type { LogLevel } from '../log.ts';

export const toolsetNames = ['mail', 'calendar', 'server'] as const;
export type ToolsetName = (typeof toolsetNames)[number];

/** Everything a user can set, checked and with defaults filled in. Times are milliseconds. */
export interface Config {
  /** Those with credentials; the first is the default one. Where some are missing `missing` says what to set. */
  accounts: readonly AccountConfig[];
  /** Those of several accounts that cannot be used yet. */
  unready: readonly UnreadyAccount[];
  /** All in MAILBOX_ACCOUNTS, in that order. */
  accountNames: readonly string[];
  missing: string | undefined;
  /** IANA zone name. */
  timezone: string;
  readOnly: boolean;
  /** Undefined: all of them. */
  toolsets: readonly ToolsetName[] | undefined;
  /** Names of the only tools to list, of those the other settings leave. Undefined: all of them. */
  tools: readonly string[] | undefined;
  /** Names of tools not to list. */
  toolsExclude: readonly string[];
  downloadDir: string | undefined;
  attachmentDirs: string[];
  pool: PoolConfig;
  cache: CacheConfig;
  /** Texts of found mail are fetched before they are asked for. */
  prefetch: boolean;
  send: 'direct' | 'confirm' | 'drafts-only';
  logLevel: LogLevel;
}

/** It waits for its user and the others need not wait for it. One of the two says why. */
export interface UnreadyAccount {
  accountName: string;
  /** The sentence that says which credentials to set. */
  missing?: string;
  /** What is wrong with settings of its own, as sentences. */
  faults?: readonly string[];
}

export interface AccountConfig {
  /** Its name in MAILBOX_ACCOUNTS; undefined where that is not set. */
  accountName: string | undefined;
  email: string;
  /** Display name of the sender. */
  name?: string;
  /** Own addresses besides `email`; mail may be sent from them. */
  aliases: string[];
  username: string;
  password: Secret;
  davPassword: Secret;
  imap: Endpoint;
  smtp: Endpoint;
  /** Undefined: no calendars, because mail is elsewhere than at mailbox.org and no CalDAV server was named. */
  caldavUrl: string | undefined;
  /** Names or ids of the calendars to show. Empty: all. */
  calendars: string[];
  /** PEM file with certificate authorities to trust besides the system's. */
  caFile: string | undefined;
  /** Servers whose Authentication-Results count (RFC 8601 §2.5). */
  authservIds: string[];
  /** Messages that may be sent within ten minutes. */
  sendLimit: number;
  /** What may be asked of each server in a minute, in the long run; 0: no limit. Undefined: by protocol. */
  requestsPerMinute: number | undefined;
  /** Addresses, or `@domain` for everyone there. Empty: no restriction. */
  allowedRecipients: string[];
}

/** A password, or the command whose first output line is the password; run at the first connect, never at start. */
export type Secret = { kind: 'value'; value: string } | { kind: 'command'; command: string };

export interface Endpoint {
  host: string;
  port: number;
  /** True: TLS from the first byte. False: STARTTLS required, or plain text to a loopback host. */
  secure: boolean;
}

export interface PoolConfig {
  max: number;
  min: number;
  timeoutMs: number;
  idleTimeoutMs: number;
  healthCheckMs: number;
}

export interface CacheConfig {
  searchTtlMs: number;
  messageTtlMs: number;
  threadTtlMs: number;
  calendarEventsTtlMs: number;
  freeBusyTtlMs: number;
  maxEntries: number;
}

export type NamedTools = Pick<Config, 'tools' | 'toolsExclude'>;

/** What is wrong with the settings: every fault as one sentence that starts with the name of its setting. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  /** The names of tools, which can be judged all the same. */
  readonly named: NamedTools;
  /** The sentence that says which credentials to set besides. */
  readonly missing: string | undefined;

  constructor(
    faults: readonly string[],
    named: NamedTools = { tools: undefined, toolsExclude: [] },
    missing?: string,
  ) {
    const told = [...faults, ...(missing === undefined ? [] : [missing])];
    super(`The settings are not usable:\n${told.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
    this.named = named;
    this.missing = missing;
  }
}
