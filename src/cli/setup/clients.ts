import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { didYouMean } from '../../config/near.ts';
import type { Env } from '../../config/read-config.ts';
import { toldWord } from '../options.ts';

/** The machine as `setup` sees it; given from outside so that tests can play every system. */
export interface Machine {
  platform: NodeJS.Platform;
  env: Env;
}

/** One program that starts MCP servers, and how it wants to be told of them. */
export interface Client {
  id: string;
  name: string;
  /** The object of its file in which servers stand. */
  section: 'mcpServers' | 'servers' | 'context_servers';
  /** Whether its file may hold comments and trailing commas. */
  comments: boolean;
  /** Whether an entry says that it is `stdio`. */
  typed: boolean;
  /** The file, and what shows that the program is on this machine even without it. */
  places(machine: Machine): { file: string; signs: readonly string[] };
  /** What to do so that it reads its file again. */
  restart: string;
}

/**
 * Where each keeps its servers. Claude Desktop: modelcontextprotocol.io "Connect to local servers". Claude Code:
 * code.claude.com/docs/en/mcp, user scope. Cursor: docs.cursor.com/context/mcp. VS Code: its "MCP configuration
 * reference". Windsurf: docs.windsurf.com/windsurf/cascade/mcp. Zed: zed.dev/docs/ai/mcp.
 */
export const clients: readonly Client[] = [
  {
    ...{ id: 'claude-desktop', name: 'Claude Desktop', section: 'mcpServers', comments: false, typed: false },
    places: (machine) => {
      const parcel = storePackage(machine);
      const folder = parcel
        ? join(parcel, 'LocalCache', 'Roaming', 'Claude')
        : join(appData(machine), 'Claude');
      return { file: join(folder, 'claude_desktop_config.json'), signs: [parcel ?? folder] };
    },
    restart: 'Quit Claude Desktop completely (not just its window) and start it again.',
  },
  {
    ...{ id: 'claude-code', name: 'Claude Code', section: 'mcpServers', comments: false, typed: true },
    places: (machine) => {
      const own = machine.env.CLAUDE_CONFIG_DIR;
      const file = join(own || homeOf(machine), '.claude.json');
      return { file, signs: [own || join(homeOf(machine), '.claude')] };
    },
    restart: 'Start a new session of Claude Code.',
  },
  {
    ...{ id: 'cursor', name: 'Cursor', section: 'mcpServers', comments: true, typed: false },
    places: (machine) => inHome(machine, '.cursor', 'mcp.json'),
    restart: 'Start Cursor again.',
  },
  {
    ...{ id: 'vscode', name: 'VS Code', section: 'servers', comments: true, typed: true },
    places: (machine) => {
      const folder = join(appData(machine), 'Code', 'User');
      return { file: join(folder, 'mcp.json'), signs: [folder] };
    },
    restart: 'In VS Code, run "MCP: List Servers" and start it there.',
  },
  {
    ...{ id: 'windsurf', name: 'Windsurf', section: 'mcpServers', comments: true, typed: false },
    places: (machine) => inHome(machine, join('.codeium', 'windsurf'), 'mcp_config.json'),
    restart: 'Start Windsurf again.',
  },
  {
    ...{ id: 'zed', name: 'Zed', section: 'context_servers', comments: true, typed: false },
    places: (machine) => {
      const onWindows = machine.platform === 'win32';
      const folder = onWindows ? join(appData(machine), 'Zed') : join(configHome(machine), 'zed');
      return { file: join(folder, 'settings.json'), signs: [folder] };
    },
    restart: 'Zed reads its settings by itself; see the agent panel.',
  },
];

/** Those whose file or folder is on this machine. */
export function foundClients(machine: Machine): readonly Client[] {
  return clients.filter(({ places }) => {
    const { file, signs } = places(machine);
    return [file, ...signs].some((path) => existsSync(path));
  });
}

/** Clients of `--client a,b`, or what is wrong with it. */
export function clientsNamed(list: string): readonly Client[] | string {
  const ids = clients.map(({ id }) => id);
  const names = list.split(',').map((name) => name.trim().toLowerCase());
  const unknown = names.find((name) => !ids.includes(name));
  if (unknown !== undefined) {
    const told = toldWord(unknown);
    return `There is no client "${told}"${didYouMean(told, ids)}. There are ${ids.join(', ')}.`;
  }
  return clients.filter(({ id }) => names.includes(id));
}

function inHome(machine: Machine, folder: string, name: string) {
  const path = join(homeOf(machine), folder);
  return { file: join(path, name), signs: [path] };
}

/**
 * Since February 2026 Claude Desktop for Windows is an MSIX package: Windows redirects its `%APPDATA%\Claude` into the
 * folder of the package, and a file in the real one is never read (github.com/anthropics/claude-code/issues/26073).
 */
function storePackage(machine: Machine): string | undefined {
  if (machine.platform !== 'win32') return undefined;
  const packages = join(machine.env.LOCALAPPDATA || join(homeOf(machine), 'AppData', 'Local'), 'Packages');
  const [first] = entriesOf(packages).filter((name) => /^Claude_/u.test(name));
  return first === undefined ? undefined : join(packages, first);
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Where desktop programs of this system keep their files. */
function appData(machine: Machine): string {
  const { platform, env } = machine;
  if (platform === 'win32') return env.APPDATA || join(homeOf(machine), 'AppData', 'Roaming');
  if (platform === 'darwin') return join(homeOf(machine), 'Library', 'Application Support');
  return configHome(machine);
}

/** XDG Base Directory Specification: relative values are ignored. macOS programs do not look at it. */
function configHome(machine: Machine): string {
  const own = machine.env.XDG_CONFIG_HOME;
  return machine.platform !== 'darwin' && own && isAbsolute(own) ? own : join(homeOf(machine), '.config');
}

function homeOf({ platform, env }: Machine): string {
  return (platform === 'win32' ? env.USERPROFILE : env.HOME) || homedir();
}
