// `npm run mutation`: damages the modules that send, refuse, clean and name files, and counts what the tests notice.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { equivalents, explains } from './equivalent.ts';
import { Judge } from './judge.ts';
import { applied, type Mutant, mutantsOf, shuffled } from './mutants.ts';
import { type Row, reported, shown } from './table.ts';
import { type Target, targets } from './targets.ts';
import { TypeCheck } from './type-check.ts';
import { Workspace } from './workspace.ts';

const least = 0.8;

const { values } = parseArgs({
  options: {
    /** Parts of the names of the modules to mutate, separated by commas. */
    only: { type: 'string', default: '' },
    /** Mutants a module, at most. */
    mutants: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    /** After so many minutes no further mutant is tried; what is being tried is finished. */
    minutes: { type: 'string', default: '120' },
  },
});

const original = fileURLToPath(new URL('../..', import.meta.url));
const workspace = new Workspace(original);
const deadline = performance.now() + Number(values.minutes) * 60_000;
let running: Judge | undefined;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupt);
const rows: Row[] = [];
try {
  const check = new TypeCheck(workspace.root);
  for (const target of targets.filter(isWanted)) {
    if (performance.now() < deadline) await mutate(target, check);
  }
  process.exitCode = report() >= least ? 0 : 1;
} finally {
  workspace.remove();
}

function isWanted({ file }: Target): boolean {
  return values.only.split(',').some((part) => file.includes(part));
}

async function mutate({ file, tests }: Target, check: TypeCheck): Promise<void> {
  const path = join(workspace.root, file);
  const source = readFileSync(path, 'utf8');
  const judge = new Judge(workspace.root, tests);
  running = judge;
  const ms = await judge.calibrate();
  console.log(`\n${file}: its tests take ${(ms / 1000).toFixed(1)} s`);
  const mutants = chosen(source, (text) => check.passes(path, text));
  const row: Row = { file, mutants: mutants.length, killed: 0, survivors: [], explained: [] };
  rows.push(row);
  const known = equivalents.filter((equivalent) => equivalent.file === file);
  const isExplained = (mutant: Mutant) => known.some((equivalent) => explains(equivalent, mutant, source));
  for (const mutant of mutants) {
    if (performance.now() > deadline) break;
    writeFileSync(path, applied(source, mutant));
    const { killed, by } = await judge.judge();
    console.log(`${killed ? 'killed  ' : 'SURVIVED'} ${shown(mutant)}${by === undefined ? '' : `  [${by}]`}`);
    if (killed) row.killed += 1;
    else (isExplained(mutant) ? row.explained : row.survivors).push(mutant);
  }
  writeFileSync(path, source);
}

/** A seeded choice among those that the compiler lets pass. */
function chosen(source: string, passes: (text: string) => boolean): Mutant[] {
  const limit = Number(values.mutants);
  const picked: Mutant[] = [];
  for (const mutant of shuffled(mutantsOf(source), Number(values.seed))) {
    if (picked.length === limit) break;
    if (passes(applied(source, mutant))) picked.push(mutant);
  }
  return picked;
}

function report(): number {
  const { text, score } = reported(rows);
  console.log(text);
  return score;
}

function interrupt(): void {
  running?.end();
  report();
  workspace.remove();
  process.exit(130);
}
