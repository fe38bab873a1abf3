import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { textPieces, type Watch, watched, wholeText } from './body.ts';
import type { Multistatus, TakeResponses } from './multistatus.ts';

/** What a request is after. `status`: nothing in the body can change what the status says. */
export type Want = 'multistatus' | 'text' | 'status';

export interface DavRequest {
  method: string;
  /** Absolute path with its query, percent-encoded. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  want: Want;
  /** Takes the responses of a multistatus as they arrive; the answer then holds none. */
  take?: TakeResponses;
  /** There is another way to learn the same: a silent server is given up sooner. */
  optional?: boolean;
  /** The server may think about it for long before its first word. */
  heavy?: boolean;
}

export interface DavAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Of a 207 where one was wanted. */
  multistatus?: Multistatus;
  /** Of any other success where text was wanted. */
  text?: string;
  /** Names from the `error` body of a refusal, e.g. `no-uid-conflict`. */
  preconditions: readonly string[];
}

export interface DavLimits {
  /** A whole request that is no REPORT, to the last byte of its answer. */
  requestMs: number;
  /** How long a REPORT may be thought about, and its answer pause; while it goes on only the signal ends it. */
  silenceMs: number;
  /** The same for an optional request. */
  optionalSilenceMs: number;
  multistatusBytes: number;
  /** One event by GET. */
  textBytes: number;
}

/**
 * Both silences together end before a call does (45 s), so that a calendar that hangs is named and the others are
 * answered. Open-Xchange was seen to think a tenth of a second about each event, and takes none above 10 MB.
 */
export const davLimits: DavLimits = {
  requestMs: 30_000,
  silenceMs: 20_000,
  optionalSilenceMs: 15_000,
  multistatusBytes: 64 * 1024 * 1024,
  textBytes: 12 * 1024 * 1024,
};

const maxErrorBytes = 64 * 1024;
/** How long the rest of an answer is waited for once its status has said everything. */
const lastWordMs = 1000;

/** Reads what is needed. @throws BodyTooLarge, the Error of the stream or of the XML, or what `take` throws */
export async function readAnswer(
  response: IncomingMessage,
  { want, take }: DavRequest,
  { multistatusBytes, textBytes }: DavLimits,
  watch: Watch,
): Promise<DavAnswer> {
  const { statusCode: status = 0, headers } = response;
  const answer = { status, headers, preconditions: [] };
  if (status === 207 && want === 'multistatus') {
    const { readMultistatus } = await import('./multistatus.ts');
    const pieces = watched(textPieces(response, multistatusBytes), watch);
    return { ...answer, multistatus: await readMultistatus(pieces, take) };
  }
  if (status >= 200 && status < 300 && want === 'text') {
    return { ...answer, text: await wholeText(response, textBytes) };
  }
  if (status === 207) return { ...answer, ...(await innerRefusal(response)) };
  return { ...answer, preconditions: await preconditionsOf(response) };
}

/** Xandikos refuses a malformed event by a 207 whose only `response` says why. */
async function innerRefusal(response: IncomingMessage): Promise<Partial<DavAnswer>> {
  try {
    const { readMultistatus } = await import('./multistatus.ts');
    const { responses } = await readMultistatus(textPieces(response, maxErrorBytes));
    const refused = responses.find(({ status = 0 }) => status >= 400);
    return refused?.status === undefined
      ? {}
      : { status: refused.status, preconditions: refused.preconditions };
  } catch {
    return {}; // then all that is known is the 207
  }
}

/** A body that is no `error` element, or never ends, adds nothing to the status. */
async function preconditionsOf(response: IncomingMessage): Promise<readonly string[]> {
  const timer = setTimeout(() => response.destroy(), lastWordMs);
  try {
    const text = await wholeText(response, maxErrorBytes);
    if (!text.includes('error')) return [];
    const { preconditionsIn } = await import('./multistatus.ts');
    return preconditionsIn(text);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}
