import type { Client, Machine } from './clients.ts';
import type { Place } from './json-edit.ts';

/** How our entry is called in every client. Short: clients put it in front of every tool's name. */
export const entryName = 'mailbox';

/** Where it stands in the client's file. @param name how somebody has called it there */
export function placeOf({ section }: Client, name = entryName): Place {
  return [section, name];
}

export interface Launch {
  command: string;
  args: string[];
}

/**
 * How a client starts us. Out of the cache of npx or `pnpm dlx`, which is emptied when it likes: by `npx` again (on Windows through `cmd`,
 * because `npx` is a batch file there). From a folder that stays (a global installation, a checkout): this Node and this
 * file by their whole paths, because desktop clients have another PATH than a terminal and take the oldest Node of nvm.
 *
 * @param entry the bundle's main.js.
 */
export function launchOf(entry: string, execPath: string, { platform }: Pick<Machine, 'platform'>): Launch {
  if (!/[\\/](?:_npx|dlx-[^\\/]*|bunx-[^\\/]*|pnpm(?:-cache)?[\\/]dlx)[\\/]/u.test(entry)) {
    return { command: lastingNode(execPath), args: [entry] };
  }
  const npx = ['npx', '-y', 'mailbox-mcp-server'];
  return platform === 'win32'
    ? { command: 'cmd', args: ['/c', ...npx] }
    : { command: 'npx', args: npx.slice(1) };
}

/** Homebrew deletes `Cellar/node/22.1.0` at the next upgrade and keeps `opt/node` pointing to what there is. */
function lastingNode(execPath: string): string {
  return execPath.replace(/\/Cellar\/([^/]+)\/[^/]+\//u, '/opt/$1/');
}

export interface Entry extends Launch {
  type?: 'stdio';
  env: Record<string, string>;
}

export function entryFor(client: Client, launch: Launch, env: Record<string, string>): Entry {
  return { ...(client.typed && { type: 'stdio' }), ...launch, env };
}

/** The entry as it stands in the client's file, to be copied there by hand. */
export function entryText(client: Client, entry: Entry, name = entryName): string {
  return JSON.stringify({ [client.section]: { [name]: entry } }, null, 2);
}

/** Claude Code, Cursor, VS Code and Windsurf put something of their own in the place of `${…}` in an entry. */
export function isFilledIn(text: string): boolean {
  return text.includes('${');
}

/** The same without the secrets: what is printed may be looked at by somebody else, and lives on in a terminal. */
export function withoutSecrets(env: Record<string, string>): Record<string, string> {
  return { ...env, ...Object.fromEntries(Object.entries(placeholders).filter(([name]) => env[name])) };
}

export const placeholders = {
  MAILBOX_PASSWORD: 'your e-mail app password',
  MAILBOX_DAV_PASSWORD: 'your application password for CalDAV',
};
