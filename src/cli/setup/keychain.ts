import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '../../config/read-config.ts';
import type { Machine } from './clients.ts';
import { exitCodeOf, feed, firstLineOf, isOnPath } from './tools.ts';

/** Which of the two passwords of an address. */
export type SecretKind = 'mail' | 'calendar';

/**
 * What is in the place of a password that is not printed: for certain nothing, something that cannot be read, or what a
 * keychain hides that neither takes nor gives anything.
 */
export type Vacancy = 'free' | 'held' | 'shut';

/** Where this system keeps passwords, reached by its own tools. */
export interface Keychain {
  name: string;
  /** What is good to know before choosing it. */
  hint: string;
  /** Whether it took the password; a former one for the address is replaced. */
  store(secret: string, email: string, kind: SecretKind): Promise<boolean>;
  /**
   * What it means that its command prints nothing; `free` holds when it still does afterwards. The person may be asked to
   * unlock it, and it is left as it was.
   */
  vacancy(email: string, kind: SecretKind): Promise<Vacancy>;
  /** Takes a stored password away again. */
  forget(email: string, kind: SecretKind): Promise<void>;
  /** The MAILBOX_PASSWORD_COMMAND that prints it. */
  command(email: string, kind: SecretKind): string;
}

/**
 * Undefined where there is none. The tools of the system and no library, because the one library that is still kept up
 * (@napi-rs/keyring; keytar is archived) is native code for each system, and this package is one folder of JavaScript.
 * Passwords go to the tools by stdin, never as an argument. No command holds `${`: some clients would replace it.
 */
export function keychainOf({ platform, env }: Machine): Keychain | undefined {
  if (platform === 'darwin') return isOnPath('security', env) ? macKeychain(env) : undefined;
  if (platform === 'win32') return windowsFile(env);
  return isOnPath('secret-tool', env) ? secretService(env) : undefined;
}

function macKeychain(env: Env): Keychain {
  const item = (email: string, kind: SecretKind) => ['-s', service(kind), '-a', email];
  return {
    name: 'the keychain of this Mac',
    hint: 'recommended: it is opened by your login',
    // `security -i` reads commands from stdin; -X takes the password in hexadecimal, so that no quoting can break it.
    store: (secret, email, kind) => {
      const hex = Buffer.from(secret).toString('hex');
      const words = item(email, kind).map((word) => `"${word.replaceAll(/["\\]/gu, '\\$&')}"`);
      return feed('security', ['-i'], `add-generic-password -U ${words.join(' ')} -X ${hex}\n`, env);
    },
    // Without -w it looks for the entry alone, which needs nobody's leave; 44 is errSecItemNotFound.
    vacancy: async (email, kind) => {
      const code = await exitCodeOf('security', ['find-generic-password', ...item(email, kind)], '', env);
      if (code === 44) return 'free';
      return code === 0 ? 'held' : 'shut';
    },
    forget: async (email, kind) => {
      await feed('security', ['delete-generic-password', ...item(email, kind)], '', env);
    },
    command: (email, kind) => `security find-generic-password ${item(email, kind).map(quoted).join(' ')} -w`,
  };
}

function secretService(env: Env): Keychain {
  const item = (email: string, kind: Stored) => ['service', service(kind), 'account', email];
  const store = (secret: string, email: string, kind: Stored) => {
    const label = `--label=mailbox-mcp-server (${kind}): ${email}`;
    return feed('secret-tool', ['store', label, ...item(email, kind)], secret, env);
  };
  const forget = async (email: string, kind: Stored) => {
    await feed('secret-tool', ['clear', ...item(email, kind)], '', env);
  };
  const command = (email: string, kind: Stored) =>
    `${busSetting(env)}secret-tool lookup ${item(email, kind).map(quoted).join(' ')}`;
  return {
    name: 'the keyring of this desktop',
    hint: 'recommended: it is opened by your login',
    store,
    // Of a locked keyring and of an empty one secret-tool says the same. One that gives back what it took is open.
    vacancy: async (email) => {
      if (!(await store(trial, email, trial))) return 'shut';
      const back = await firstLineOf(command(email, trial), env);
      await forget(email, trial);
      return back === trial ? 'free' : 'shut';
    },
    forget,
    command,
  };
}

/** Stands for a password for a moment. */
const trial = 'trial';
type Stored = SecretKind | typeof trial;

/** Clients do not hand the address of the session bus down, and without it no keyring is found. systemd's stays the same. */
function busSetting(env: Env): string {
  const [address] = /^unix:path=\/run\/user\/\d+\/bus/u.exec(env.DBUS_SESSION_BUS_ADDRESS ?? '') ?? [];
  return address === undefined ? '' : `DBUS_SESSION_BUS_ADDRESS=${address} `;
}

/**
 * Windows has no program that prints a password of its Credential Manager. So Windows PowerShell encrypts it for this
 * login (DPAPI) into a file of ours. PSModulePath is emptied because with PowerShell 7's the cmdlets do not load
 * (github.com/PowerShell/PowerShell/issues/18108); bytes are written because the console's code page has no umlauts.
 */
function windowsFile(env: Env): Keychain {
  const folder = join(
    env.LOCALAPPDATA || join(env.USERPROFILE ?? '', 'AppData', 'Local'),
    'mailbox-mcp-server',
  );
  const fileOf = (email: string, kind: SecretKind) =>
    join(folder, `${email.replaceAll(/[^\p{L}\p{N}._@-]/gu, '_')}.${kind}.txt`);
  const clean = Object.fromEntries(
    Object.entries(env).filter(([name]) => name.toLowerCase() !== 'psmodulepath'),
  );
  return {
    name: 'a file that only your Windows login can decrypt',
    hint: 'recommended; on another computer it is worthless',
    store: (secret, email, kind) => {
      mkdirSync(folder, { recursive: true });
      const script =
        "$ErrorActionPreference='Stop';$t=@($input)-join'';if(!$t){$t=[Console]::In.ReadToEnd()};" +
        '$s=[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($t.Trim()));' +
        'ConvertTo-SecureString $s -AsPlainText -Force|ConvertFrom-SecureString|' +
        `Set-Content -LiteralPath ${psQuoted(fileOf(email, kind))}`;
      return feed('powershell', [...psOptions, script], Buffer.from(secret).toString('base64'), clean);
    },
    vacancy: async (email, kind) => (existsSync(fileOf(email, kind)) ? 'held' : 'free'),
    forget: async (email, kind) => rmSync(fileOf(email, kind), { force: true }),
    command: (email, kind) =>
      `set "PSModulePath=" & powershell ${psOptions.join(' ')} "` +
      `$s=Get-Content -LiteralPath ${psQuoted(fileOf(email, kind))}|ConvertTo-SecureString;` +
      "$b=[Text.Encoding]::UTF8.GetBytes([Net.NetworkCredential]::new('',$s).Password);" +
      '[Console]::OpenStandardOutput().Write($b,0,$b.Length)"',
  };
}

const psOptions = ['-NoProfile', '-NonInteractive', '-Command'];

function service(kind: Stored): string {
  return kind === 'mail' ? 'mailbox-mcp-server' : `mailbox-mcp-server-${kind}`;
}

/** One word of a POSIX shell (POSIX.1-2017, Shell Command Language §2.2.2). */
function quoted(word: string): string {
  return /^[\w@.+-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A verbatim string of PowerShell, which also takes typographic quotes for quotes. */
function psQuoted(text: string): string {
  return `'${text.replaceAll(/['\u2018-\u201B]/gu, '$&$&')}'`;
}
