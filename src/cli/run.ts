import packageJson from '../../package.json' with { type: 'json' };
import { didYouMean } from '../config/near.ts';
import type { Env } from '../config/read-config.ts';
import { dashed, type OptionFault, readOptions, servingOptions, shortOptions, toldWord } from './options.ts';
import { print } from './output.ts';
import type { Io } from './run-io.ts';

const commandNames = ['serve', 'setup', 'check', 'demo'];
const serveOptions = { ...servingOptions, flags: ['help', 'version'], short: shortOptions };
const optionNames = dashed([...serveOptions.flags, ...serveOptions.either, ...serveOptions.valued]);

/**
 * Runs the command the arguments name, `serve` when they name none, and returns the exit code: 0 for a
 * good end, 1 for a failed one, 2 for arguments nobody understands. A command's code is loaded when called:
 * the demo's servers are nothing the real one should wait for.
 */
export async function run(argv: readonly string[], env: Env, io: Io): Promise<number> {
  // `--help | head -1` closes the pipe; what was to be read has been read.
  io.stdout.on('error', () => undefined);
  const words = asOptions(argv);
  const [first = ''] = words;
  const command = first === '' || first.startsWith('-') ? 'serve' : first;
  const args = command === first ? words.slice(1) : words;
  if (!commandNames.includes(command)) {
    const told = toldWord(command);
    return refuse(io, `There is no command "${told}"${didYouMean(told, commandNames)}.`);
  }
  if (command === 'setup') {
    return (await import('./setup.ts')).setup(args, env, io, { version: packageJson.version });
  }
  if (command === 'check') return (await import('./check.ts')).check(args, env, io, packageJson.version);
  if (args.includes('--help') || args.includes('-h')) {
    return await print(io, (await import('./help.ts')).help(packageJson.version));
  }
  if (args.includes('--version') || args.includes('-v') || args.includes('-V')) {
    return await print(io, `${packageJson.version}\n`);
  }
  if (command === 'demo') return (await import('./demo.ts')).demo(args, io);

  const [fault] = readOptions(args, serveOptions).faults;
  if (fault) return refuse(io, misunderstood(fault, args));
  return (await import('./serve.ts')).serve(args, env, io, packageJson.version);
}

/** `help check` as `check --help`: what other programs take as a command. */
function asOptions(argv: readonly string[]): readonly string[] {
  const [first, ...rest] = argv;
  return first === 'help' || first === 'version' ? [...rest, `--${first}`] : argv;
}

/** A word that would be passed over in silence leaves its writer waiting for what it was to do. */
function misunderstood(fault: OptionFault, args: readonly string[]): string {
  if (fault.kind === 'value') return fault.sentence;
  const { kind, word } = fault;
  if (kind === 'unknown') return `There is no option "${word}"${didYouMean(word, optionNames)}.`;
  if (commandNames.includes(word)) {
    return `A command comes before its options: mailbox-mcp-server ${word}, then the options of ${word}.`;
  }
  const before = args[args.indexOf(word) - 2];
  if (before === '--toolsets' || args[args.indexOf(word) - 1]?.startsWith('--toolsets=')) {
    return `"${word}" stands alone: a list is written with commas, as in --toolsets mail,calendar.`;
  }
  return `serve does not know what to do with "${word}"${didYouMean(word, commandNames)}.`;
}

function refuse(io: Io, message: string): number {
  io.stderr.write(`${message}\nmailbox-mcp-server --help tells what there is.\n`);
  return 2;
}
