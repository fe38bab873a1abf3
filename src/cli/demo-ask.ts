import type { DemoClient } from './demo-client.ts';

/** A finding is a promise in words and whether it held. */
export type Finding = readonly [promise: string, held: boolean];

interface Reading {
  shown: readonly string[];
  findings: readonly Finding[];
}

/** Asks the server; prints question, call and answer; records what the answer should have been. */
export interface Ask {
  <T>(
    question: string,
    tool: string,
    args: Record<string, unknown>,
    read: (answer: T) => Reading,
  ): Promise<T>;
  /** The same where the right answer is an error with this code. */
  refused(
    question: string,
    tool: string,
    args: Record<string, unknown>,
    code: string,
    read: () => readonly Finding[],
  ): Promise<void>;
}

type Print = (line: string) => void;

const width = 96;
const shownLines = 14;

/** @param wrong takes what was not as promised. */
export function asker(client: DemoClient, wrong: string[], print: Print): Ask {
  const call = async (question: string, tool: string, args: Record<string, unknown>) => {
    print(`\n> ${question}`);
    print(`  ${tool} ${JSON.stringify(args)}`);
    return await client.call(tool, args);
  };
  const conclude = ({ shown, findings }: Reading, tool: string, took: number, text: string) => {
    for (const line of wrap(shown)) print(`    ${line}`);
    print(`  ${verdict(findings)} · ${Math.round(took)} ms · about ${Math.ceil(text.length / 4)} tokens`);
    for (const [promise, held] of findings) if (!held) wrong.push(`${tool}: not true that ${promise}`);
  };
  const ask = async <T>(
    question: string,
    tool: string,
    args: Record<string, unknown>,
    read: (answer: T) => Reading,
  ): Promise<T> => {
    const { data, isError, text, milliseconds } = await call(question, tool, args);
    if (isError) {
      print(`  WRONG: ${text}`);
      throw new Error(`${tool} ${JSON.stringify(args)} answered ${text}`);
    }
    conclude(read(data as T), tool, milliseconds, text);
    return data as T;
  };
  const refused: Ask['refused'] = async (question, tool, args, code, read) => {
    const { isError, text, milliseconds } = await call(question, tool, args);
    const { error } = JSON.parse(text) as { error?: { code: string; message: string; hint?: string } };
    const rightly: Finding = [`it is refused with ${code}`, isError && error?.code === code];
    const shown = error ? [`refused (${error.code}): ${error.message} ${error.hint ?? ''}`] : [text];
    conclude({ shown, findings: [rightly, ...read()] }, tool, milliseconds, text);
  };
  return Object.assign(ask, { refused });
}

function verdict(findings: readonly Finding[]): string {
  const failed = findings.filter(([, held]) => !held).map(([promise]) => promise);
  return failed.length === 0 ? 'right' : `WRONG: ${failed.join('; ')}`;
}

function wrap(shown: readonly string[]): string[] {
  const lines = shown.flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .flatMap(wrapLine),
  );
  if (lines.length <= shownLines) return lines;
  return [...lines.slice(0, shownLines), `… ${lines.length - shownLines} more lines`];
}

function wrapLine(line: string): string[] {
  return (
    line.match(new RegExp(`.{1,${width}}(?:\\s+|$)|.{1,${width}}`, 'gu'))?.map((piece) => piece.trimEnd()) ??
    []
  );
}
