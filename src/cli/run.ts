import packageJson from '../../package.json' with { type: 'json' };
import { didYouMean } from '../config/near.ts';
import { type Env, optionSettings } from '../config/read-config.ts';
import type { Io } from './run-io.ts';

const commandNames = ['serve', 'setup', 'check', 'demo'];
const optionNames = ['help', 'version', ...Object.keys(optionSettings)].map((name) => `--${name}`);

/**
 * Runs the command the arguments name, `serve` when they name none, and returns the exit code: 0 for a
 * good end, 1 for a failed one, 2 for arguments nobody understands. A command's code is loaded when called:
 * the demo's servers are nothing the real one should wait for.
 */
export async function run(argv: readonly string[], env: Env, io: Io): Promise<number> {
  const [first = ''] = argv;
  const command = first === '' || first.startsWith('-') ? 'serve' : first;
  const args = command === first ? argv.slice(1) : argv;
  if (!commandNames.includes(command)) {
    return refuse(io, `There is no command "${command}"${didYouMean(command, commandNames)}.`);
  }
  if (command === 'setup') {
    return (await import('./setup.ts')).setup(args, env, io, { version: packageJson.version });
  }
  if (command === 'check') return (await import('./check.ts')).check(args, env, io, packageJson.version);
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write((await import('./help.ts')).help(packageJson.version));
    return 0;
  }
  if (args.includes('--version') || args.includes('-v')) {
    io.stdout.write(`${packageJson.version}\n`);
    return 0;
  }
  if (command === 'demo') return (await import('./demo.ts')).demo(args, io);

  const unknown = args.map(optionName).find((name) => name.startsWith('-') && !optionNames.includes(name));
  if (unknown) return refuse(io, `There is no option "${unknown}"${didYouMean(unknown, optionNames)}.`);
  return (await import('./serve.ts')).serve(args, env, io, packageJson.version);
}

/** `--toolsets` of `--toolsets=mail`. */
function optionName(argument: string): string {
  return argument.replace(/=.*$/su, '');
}

function refuse(io: Io, message: string): number {
  io.stderr.write(`${message}\nmailbox-mcp-server --help tells what there is.\n`);
  return 2;
}
