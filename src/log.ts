export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Facts beside the message: ids, counts, milliseconds, causes. Never a message body, never a password. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  /** The same log with a name in front of every line, e.g. `imap`. Scopes nest: `imap.pool`. */
  scope(name: string): Log;
  /** From now on the password is blotted out, also in the forms the protocols send it in. */
  addSecret(password: string, username?: string): void;
}

export interface LogOptions {
  level: LogLevel;
  /** Receives one line with its newline; stderr, never stdout. */
  write(line: string): void;
  secrets?: readonly string[];
}

const maxString = 400;
const maxLine = 4_000;
const maxDepth = 4;
const maxItems = 20;
const redacted = '[redacted]';

/** One line per record: `2026-11-21T08:00:00.000Z info imap connected {"ms":120}`. */
export function createLog({ level, write, secrets = [] }: LogOptions): Log {
  const vault = createVault();
  for (const secret of secrets) vault.add(secret);
  const threshold = logLevels.indexOf(level);

  const at = (scope: string): Log => {
    const record = (recordLevel: LogLevel) => (message: string, fields?: LogFields) => {
      if (logLevels.indexOf(recordLevel) > threshold) return;
      const parts = [new Date().toISOString(), recordLevel, scope, plain(message, vault)];
      if (fields) parts.push(JSON.stringify(loggable(fields, vault, level === 'debug')) ?? '');
      write(`${cut(escapeControls(vault.redact(parts.filter(Boolean).join(' '))), maxLine)}\n`);
    };
    return {
      error: record('error'),
      warn: record('warn'),
      info: record('info'),
      debug: record('debug'),
      scope: (name) => at(scope ? `${scope}.${name}` : name),
      addSecret: vault.add,
    };
  };
  return at('');
}

interface Vault {
  add(password: string, username?: string): void;
  redact(text: string): string;
}

function createVault(): Vault {
  const forms = new Set<string>();
  let longestFirst: string[] = [];
  return {
    add(password, username) {
      for (const form of formsOf(password, username)) if (form) forms.add(form);
      longestFirst = [...forms].sort((a, b) => b.length - a.length);
    },
    redact: (text) => longestFirst.reduce((rest, form) => rest.replaceAll(form, redacted), text),
  };
}

/**
 * How a password travels: as it is, in a URL or JSON, AUTH LOGIN, AUTH PLAIN (RFC 4616), HTTP Basic (RFC 7617). And how
 * it comes back: Node reads the bytes of a header as Latin-1.
 */
function formsOf(password: string, username: string | undefined): string[] {
  if (!password) return [];
  const texts = [password, Buffer.from(password).toString('latin1')];
  const forms = [
    ...texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]),
    encodeURIComponent(password),
    base64(password),
  ];
  if (username === undefined) return forms;
  return [
    ...forms,
    base64(`\0${username}\0${password}`),
    base64(`${username}\0${username}\0${password}`),
    base64(`${username}:${password}`),
  ];
}

/** A value as bounded JSON. Strings are redacted before they are cut: half a secret would not be found any more. */
function loggable(value: unknown, vault: Vault, stacks: boolean, depth = 0): unknown {
  if (typeof value === 'string') return plain(value, vault);
  if (typeof value === 'bigint' || typeof value === 'symbol') return plain(String(value), vault);
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return '[…]';
  if (value instanceof Error) return loggable(errorFacts(value, stacks), vault, stacks, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) {
    return value.slice(0, maxItems).map((item) => loggable(item, vault, stacks, depth + 1));
  }
  const entries = Object.entries(value).slice(0, maxItems);
  return Object.fromEntries(
    entries.map(([key, item]) => [plain(key, vault), loggable(item, vault, stacks, depth + 1)]),
  );
}

function errorFacts(error: Error, stacks: boolean): LogFields {
  return {
    name: error.name,
    message: error.message,
    ...('code' in error && { code: error.code }),
    ...(stacks && { stack: error.stack }),
    ...(error.cause !== undefined && { cause: error.cause }),
  };
}

function plain(text: string, vault: Vault): string {
  return cut(vault.redact(text), maxString);
}

/** Control, bidi and line-separator characters as `\u{…}`: a sender must not draw on the user's terminal. */
function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`;
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
