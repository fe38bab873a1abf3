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

/** The status of a command the server refused; undefined for a connection that failed. */
export function refusal(error: unknown): 'NO' | 'BAD' | undefined {
  const status = (error as { responseStatus?: unknown } | undefined)?.responseStatus;
  return status === 'NO' || status === 'BAD' ? status : undefined;
}
