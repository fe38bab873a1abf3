import { parseArgs } from 'node:util';
import { didYouMean } from '../../config/near.ts';
import { type Client, clients, clientsNamed } from './clients.ts';

export interface SetupOptions {
  help: boolean;
  /** Only print the entry. */
  print: boolean;
  email: string | undefined;
  /** Undefined: those found on this machine. */
  clients: readonly Client[] | undefined;
}

const known = ['print', 'email', 'client', 'help'];

/** The options, or what is wrong with them. */
export function setupOptions(args: readonly string[]): SetupOptions | string {
  const { values, tokens, positionals } = parseArgs({
    args: args.map((argument) => (argument === '-h' ? '--help' : argument)),
    options: {
      print: { type: 'boolean' },
      help: { type: 'boolean' },
      email: { type: 'string' },
      client: { type: 'string' },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const unknown = tokens.find((token) => token.kind === 'option' && !known.includes(token.name));
  if (unknown?.kind === 'option') {
    const names = known.map((name) => `--${name}`);
    return `There is no option "${unknown.rawName}"${didYouMean(unknown.rawName, names)}.`;
  }
  const [stray] = positionals;
  if (stray !== undefined) return `setup does not know what to do with "${stray}".`;
  const { email, client } = values;
  if (email === true || client === true) return `${email === true ? '--email' : '--client'} needs a value.`;
  const chosen = typeof client === 'string' ? clientsNamed(client) : undefined;
  if (typeof chosen === 'string') return chosen;
  return {
    help: values.help === true,
    print: values.print === true,
    email: typeof email === 'string' ? email : undefined,
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
  --help
`;
