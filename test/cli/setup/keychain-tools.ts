import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machine, type Platform } from './machine.ts';

/** The tools of other systems, played by this Node: they store by what their arguments name, and keep what they were told. */
const tools: Readonly<Record<string, string>> = {
  security: `
    const lines = mode === '-i' ? stdin().trim().split('\\n') : [args.map((word) => JSON.stringify(word)).join(' ')];
    for (const line of lines) {
      const words = line.match(/"(?:\\\\.|[^"])*"|\\S+/g).map((word) => word.replace(/^"|"$/g, '').replace(/\\\\(.)/g, '$1'));
      const [verb] = words;
      const option = (name) => words[words.indexOf(name) + 1];
      const key = option('-s') + ' ' + option('-a');
      if (verb === 'add-generic-password') keep(key, Buffer.from(option('-X'), 'hex').toString());
      else if (verb === 'delete-generic-password') keep(key, undefined);
      else if (kept()[key] === undefined) process.exit(44);
      else process.stdout.write(kept()[key] + '\\n');
    }`,
  'secret-tool': `
    const key = args.filter((word) => !word.startsWith('--')).slice(1).join(' ');
    if (mode === 'store') keep(key, stdin());
    else if (mode === 'clear') keep(key, undefined);
    else if (kept()[key] === undefined) process.exit(1);
    else process.stdout.write(kept()[key]);`,
};

/** A computer with that tool on its PATH. */
export async function computerWithTool(
  platform: Platform,
  name: 'security' | 'secret-tool',
  code = tools[name],
) {
  const computer = await machine(platform);
  const [path, store, calls] = [name, 'store.json', 'calls'].map((file) => join(computer.bin, file));
  const script = `#!${process.execPath}
    const fs = require('node:fs');
    const args = process.argv.slice(2), mode = args[0];
    fs.appendFileSync(${JSON.stringify(calls)}, JSON.stringify(args) + '\\n');
    const stdin = () => fs.readFileSync(0, 'utf8');
    const kept = () => { try { return JSON.parse(fs.readFileSync(${JSON.stringify(store)}, 'utf8')); } catch { return {}; } };
    const keep = (key, value) => fs.writeFileSync(${JSON.stringify(store)}, JSON.stringify({ ...kept(), [key]: value }));
    ${code}`;
  await writeFile(path!, script);
  await chmod(path!, 0o755);
  return { ...computer, calls: () => readFile(calls!, 'utf8') };
}
