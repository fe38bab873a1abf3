import * as fc from 'fast-check';
import type { McpProcess, ToolOutcome } from '../../support/mcp-client.ts';
import type { Effort, Tally } from '../case.ts';

/** A property of our server: what is wrong with its answers to one input. */
export interface Fuzz<Input> {
  name: string;
  inputs: fc.Arbitrary<Input>;
  /** Puts the input where it belongs and asks. @returns what did not hold */
  check(input: Input): Promise<readonly string[]>;
}

const enough = 100_000;

/** Tries inputs until the time is up; the first that does not hold is made as small as it can be and told. */
export async function fuzz<Input>(
  { name, inputs, check }: Fuzz<Input>,
  { budgetMs, seed }: Effort,
  tally: Tally,
): Promise<void> {
  let running: Promise<readonly string[]> = Promise.resolve([]);
  const property = fc.asyncProperty(inputs, async (input) => {
    running = check(input);
    const wrong = await running;
    if (wrong.length > 0) throw new Error(wrong.join('; '));
  });
  const run = await fc.check(property, {
    seed,
    numRuns: enough,
    interruptAfterTimeLimit: budgetMs,
    // Shrinking ends with it; what failed late is shown nearly as it came.
    markInterruptAsFailure: false,
  });
  // Whoever is interrupted goes on behind its back.
  await running.catch(() => 'told already, or too late to tell');
  const failed = run.failed && run.counterexample !== null;
  tally.inputs += run.numRuns - (failed ? 1 : 0);
  if (!failed) return;
  const why = run.errorInstance instanceof Error ? run.errorInstance.message : String(run.errorInstance);
  tally.count(
    `${name} (seed ${seed}, path ${run.counterexamplePath})`,
    `${why}: ${shown(run.counterexample)}`,
  );
}

/** The input on one line, whole enough to become a fixture. */
function shown(counterexample: unknown): string {
  const text = fc.stringify(counterexample);
  return text.length <= 2000 ? text : `${text.slice(0, 2000)}… (${text.length} characters)`;
}

/** Whatever was asked: an answer in time, of bounded size, that is no crash. */
export interface Bounds {
  withinMs: number;
  maxBytes: number;
}

const usual: Bounds = { withinMs: 5000, maxBytes: 100_000 };

/** Asks, and holds the answer against what every answer promises. */
export async function asked<T = Record<string, unknown>>(
  server: McpProcess,
  tool: string,
  args: Record<string, unknown>,
  { withinMs, maxBytes }: Bounds = usual,
): Promise<{ answer: ToolOutcome<T>; wrong: string[] }> {
  const started = performance.now();
  const answer = await server.call<T>(tool, args);
  const ms = performance.now() - started;
  // A picture beside the text may be larger.
  const texts = answer.content.filter(({ type }) => type === 'text');
  const bytes = Buffer.byteLength(JSON.stringify(texts));
  const wrong = [
    ...(ms > withinMs ? [`took ${Math.round(ms)} ms`] : []),
    ...(bytes > maxBytes ? [`${bytes} bytes`] : []),
    ...(!answer.ok && answer.error.code === 'internal' ? [`internal: ${answer.error.message}`] : []),
  ];
  return { answer, wrong: wrong.map((fault) => `${tool}: ${fault}`) };
}
