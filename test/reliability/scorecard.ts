import type { Case, Corpus, Effort, Outcome, Score } from './case.ts';

export interface Row {
  id: string;
  title: string;
  held: boolean;
  seconds: number;
  outcome: Outcome;
}

const corpora: readonly Corpus[] = ['oracle', 'mail corpus', 'ics corpus', 'injection'];
const shownFailures = 5;

/** Runs one case; one that breaks is a row that did not hold. */
export async function rowOf({ id, title, run }: Case, effort: Effort): Promise<Row> {
  const start = performance.now();
  const outcome = await run(effort).catch((error: unknown): Outcome => {
    return {
      inputs: 0,
      failures: [`the case broke: ${error instanceof Error ? error.stack : String(error)}`],
    };
  });
  const seconds = (performance.now() - start) / 1000;
  return { id, title, held: outcome.failures.length === 0 && outcome.inputs > 0, seconds, outcome };
}

/** `A1   held   12 of 600   8.1 s  title: figure`, and below it the first inputs that did not hold. */
export function rowText({ id, title, held, seconds, outcome }: Row): string {
  const { inputs, of, figure, failures, leftOut } = outcome;
  const tried = of === undefined || of === inputs ? String(inputs) : `${inputs} of ${of}`;
  const told = [title, ...(figure ? [figure] : []), ...(leftOut ? [`left out: ${leftOut}`] : [])].join(': ');
  const head = [id.padEnd(4), (held ? 'held' : 'NOT HELD').padEnd(9), tried.padStart(14)];
  const more = failures.length - shownFailures;
  return [
    `${head.join(' ')} ${seconds.toFixed(1).padStart(7)} s  ${told}`,
    ...failures.slice(0, shownFailures).map((failure) => `       ${failure}`),
    ...(more > 0 ? [`       … and ${more} more`] : []),
  ].join('\n');
}

/** The line scripts read. A corpus nobody ran counts 0/0. */
export function lastLine(rows: readonly Row[]): string {
  const held = rows.filter((row) => row.held).length;
  const wrong = rows.reduce((sum, { outcome }) => sum + (outcome.wrongLabels ?? 0), 0);
  const scores = corpora.map((corpus) => {
    const { right, of } = sumOf(rows.flatMap(({ outcome }) => outcome.scores?.[corpus] ?? []));
    return `${corpus} ${right}/${of}`;
  });
  return `reliability: ${held}/${rows.length} held, wrong labels ${wrong}, ${scores.join(', ')}`;
}

function sumOf(scores: readonly Score[]): Score {
  const sum = (pick: (score: Score) => number) => scores.reduce((total, score) => total + pick(score), 0);
  return { right: sum(({ right }) => right), of: sum(({ of }) => of) };
}
