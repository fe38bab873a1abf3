import type { Mutant } from './mutants.ts';

/** What became of the mutants of one module. */
export interface Row {
  file: string;
  mutants: number;
  killed: number;
  survivors: Mutant[];
  /** Survivors that `equivalent.ts` accounts for. */
  explained: Mutant[];
}

/** The table, the survivors with their lines, the sum; and the share of those tried that are killed or explained. */
export function reported(rows: readonly Row[]): { text: string; score: number } {
  const sum = (count: (row: Row) => number) => rows.reduce((total, row) => total + count(row), 0);
  const total: Row = {
    ...{ file: 'all', mutants: sum(({ mutants }) => mutants), killed: sum(({ killed }) => killed) },
    survivors: rows.flatMap(({ survivors }) => survivors),
    explained: rows.flatMap(({ explained }) => explained),
  };
  const lines = rows.flatMap(({ file, survivors }) => survivors.map((mutant) => `${file}:${shown(mutant)}`));
  const text = [
    ['module', 'mutants', 'killed', 'explained', 'survived', 'untried', 'score'].map(inColumn).join(''),
    ...[...rows, total].map(rowText),
    ...(lines.length > 0 ? ['', 'Survivors:', ...lines] : []),
  ].join('\n');
  return { text: `\n${text}`, score: scoreOf(total) };
}

/** `12: if (a > b)  ⇒  if (a >= b)` */
export function shown({ line, was, becomes }: Mutant): string {
  return `${line}: ${was}  ⇒  ${becomes}`;
}

function rowText(row: Row): string {
  const { file, mutants, killed, explained, survivors } = row;
  const untried = mutants - tried(row);
  const score = Number.isNaN(scoreOf(row)) ? '-' : `${Math.floor(scoreOf(row) * 100)} %`;
  return [file, mutants, killed, explained.length, survivors.length, untried, score].map(inColumn).join('');
}

function scoreOf(row: Row): number {
  return (row.killed + row.explained.length) / tried(row);
}

/** The others were not, for lack of time. */
function tried({ killed, survivors, explained }: Row): number {
  return killed + survivors.length + explained.length;
}

function inColumn(value: string | number, column: number): string {
  return column === 0 ? String(value).padEnd(40) : String(value).padStart(10);
}
