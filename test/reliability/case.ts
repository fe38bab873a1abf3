/** One row of the scorecard in knowledge/reliability.md §3. */
export interface Case {
  /** `A1` to `E5`. */
  id: string;
  title: string;
  /** Throws only when the case itself is broken; what the product does wrong is in the outcome. */
  run(effort: Effort): Promise<Outcome>;
}

export interface Effort {
  /** Milliseconds the case may spend on inputs; when they are up it ends and tells how many it tried. */
  budgetMs: number;
  /** Same seed, same inputs in the same order. */
  seed: number;
}

export interface Outcome {
  /** How many inputs were tried, */
  inputs: number;
  /** and how many there are, where that is a number. */
  of?: number;
  /** One line for each input that did not hold: which it was, what came, what should have. */
  failures: string[];
  /** Said sent, done or saved and was not, or the reverse. */
  wrongLabels?: number;
  /** What was measured: `slowest 410 ms`. */
  figure?: string;
  /** Files or rules judged right, for the last line. */
  scores?: Partial<Record<Corpus, Score>>;
  /** What could not be tried here, because a server or a corpus is missing. */
  leftOut?: string;
}

export type Corpus = 'oracle' | 'mail corpus' | 'ics corpus' | 'injection';

export interface Score {
  right: number;
  of: number;
}

/** Counts inputs, keeps what did not hold and stops in time. */
export class Tally {
  inputs = 0;
  wrongLabels = 0;
  readonly failures: string[] = [];
  private readonly until: number;

  constructor({ budgetMs }: Effort) {
    this.until = performance.now() + budgetMs;
  }

  get isOver(): boolean {
    return performance.now() >= this.until;
  }

  /** @param wrong what did not hold; nothing when all did */
  count(input: string, wrong: readonly string[] | string | undefined): void {
    this.inputs++;
    const lines = typeof wrong === 'string' ? [wrong] : (wrong ?? []);
    this.failures.push(...lines.map((line) => `${input}: ${line}`));
  }

  /** A lie about what happened, the worst of all failures. */
  mislabelled(input: string, wrong: string): void {
    this.wrongLabels++;
    this.failures.push(`${input}: WRONG LABEL: ${wrong}`);
  }

  outcome(more: Partial<Outcome> = {}): Outcome {
    const { inputs, failures, wrongLabels } = this;
    return { inputs, failures, wrongLabels, ...more };
  }
}
