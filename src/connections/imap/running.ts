import type { EventEmitter } from 'node:events';
import type { WireResponse } from './imapflow-internals.d.ts';

/** Untagged responses that may answer a command of ours. */
export const observed = [
  'LIST',
  'STATUS',
  'SEARCH',
  'ESEARCH',
  'SORT',
  'THREAD',
  'FETCH',
  'FLAGS',
  'OK',
  'EXISTS',
  'EXPUNGE',
  'VANISHED',
];
export const newsKinds = new Set(['EXISTS', 'EXPUNGE', 'VANISHED', 'FETCH']);

export type Collectors = Record<string, (response: WireResponse) => Promise<void>>;

export interface ImapReply {
  status: 'OK' | 'NO' | 'BAD';
  /** Response code, upper case, e.g. `NONEXISTENT`. */
  code: string | undefined;
  untagged: WireResponse[];
  /** The tagged line of the last command when it succeeded; holds COPYUID and APPENDUID. */
  tagged?: WireResponse;
  /** imapflow's error of a refused last command; carries the server's words. */
  cause?: unknown;
}

/** A pipeline under way. */
export interface Running {
  tags: string[];
  done: boolean[];
  replies: ImapReply[];
  lead: Buffer | undefined;
  collectors: Collectors;
  /** Called when the last outstanding command is complete. */
  allDone?: () => void;
  /** What a consumer threw; imapflow would only log it. */
  failure?: unknown;
  status: { response: string; code: string | undefined };
}

/** Nothing we ask has so many answers. */
const maxAnswers = 50_000;

/** Keeps an answer for its command. A server that floods us fails the pipeline, and must not fill the memory meanwhile. */
export function keep(running: Running, index: number, response: WireResponse): void {
  const answers = running.replies[index]?.untagged;
  if (!answers || answers.push(response) <= maxAnswers) return;
  answers.length = 0;
  running.failure = new Error(`more than ${maxAnswers} answers to one command`);
}

/** The status of a command the server refused; undefined for a connection that failed. */
export function refusal(error: unknown): 'NO' | 'BAD' | undefined {
  const status = (error as { responseStatus?: unknown } | undefined)?.responseStatus;
  return status === 'NO' || status === 'BAD' ? status : undefined;
}

/** Resolves when the last outstanding command is complete, or at the end of the time. @throws when the connection closes */
export async function allAnswered(running: Running, connection: EventEmitter, ms: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const over = () => {
      clearTimeout(timer);
      connection.off('close', closed);
      resolve();
    };
    const closed = () => {
      clearTimeout(timer);
      reject(new Error('The connection closed before every command was answered'));
    };
    const timer = setTimeout(over, ms).unref();
    running.allDone = over;
    connection.once('close', closed);
  });
}
