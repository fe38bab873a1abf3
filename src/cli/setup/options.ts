import { didYouMean } from '../../config/near.ts';
import { dashed, readOptions, shortOptions } from '../options.ts';
import { type Client, clients, clientsNamed } from './clients.ts';

export interface SetupOptions {
  help: boolean;
  version: boolean;
  /** Only print the entry. */
  print: boolean;
  email: string | undefined;
  /** Undefined: those found on this machine. */
  clients: readonly Client[] | undefined;
}

const flags = ['print', 'help', 'version'];
const valued = ['email', 'client'];

/** The options, or what is wrong with them. */
export function setupOptions(args: readonly string[]): SetupOptions | string {
  const { options, faults } = readOptions(args, { flags, valued, once: ['email'], short: shortOptions });
  const [fault] = faults;
  if (fault?.kind === 'unknown') {
    return `There is no option "${fault.word}"${didYouMean(fault.word, dashed([...flags, ...valued]))}.`;
  }
  if (fault?.kind === 'stray') return `setup does not know what to do with "${fault.word}".`;
  if (fault) return fault.sentence;
  const named = options.get('client');
  const chosen = named && clientsNamed(named.join(','));
  if (typeof chosen === 'string') return chosen;
  return {
    help: options.has('help'),
    version: options.has('version'),
    print: options.has('print'),
    email: options.get('email')?.at(-1),
    clients: chosen,
  };
}

export const setupHelp = `mailbox-mcp-server setup: sets up a mailbox for the clients on this computer.

It asks for your address and passwords, tries them, and writes the entry into the settings of the
clients you choose. Each file is backed up first, and nothing else in it is changed.

Options
  --client <names>     set up these, separated by commas, found or not:
                       ${clients.map(({ id }) => id).join(', ')}
  --email <address>    the address, so that it need not be typed
  --print              write nothing; print the entry without passwords, also without a terminal.
                       MAILBOX_ settings of the environment go into it
  --version, --help
`;
