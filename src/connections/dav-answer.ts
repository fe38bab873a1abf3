import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { textPieces, wholeText } from './dav-body.ts';
import type { Multistatus } from './dav-multistatus.ts';

/** What a request is after. `status`: nothing in the body can change what the status says. */
export type Want = 'multistatus' | 'text' | 'status';

export interface DavRequest {
  method: string;
  /** Absolute path with its query, percent-encoded. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  want: Want;
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
  /** A whole request, to the last byte of its answer. */
  reportMs: number;
  requestMs: number;
  multistatusBytes: number;
  /** One event by GET. */
  textBytes: number;
}

/** Open-Xchange was seen to think for more than a minute about 1,000 events, and takes none above 10 MB. */
export const davLimits: DavLimits = {
  reportMs: 60_000,
  requestMs: 30_000,
  multistatusBytes: 64 * 1024 * 1024,
  textBytes: 12 * 1024 * 1024,
};

const maxErrorBytes = 64 * 1024;
/** How long the rest of an answer is waited for once its status has said everything. */
const lastWordMs = 1000;

/** Reads what is needed. @throws BodyTooLarge, or the Error of the stream or of the XML */
export async function readAnswer(
  response: IncomingMessage,
  want: Want,
  { multistatusBytes, textBytes }: DavLimits,
): Promise<DavAnswer> {
  const { statusCode: status = 0, headers } = response;
  const answer = { status, headers, preconditions: [] };
  if (status === 207 && want === 'multistatus') {
    const { readMultistatus } = await import('./dav-multistatus.ts');
    return { ...answer, multistatus: await readMultistatus(textPieces(response, multistatusBytes)) };
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
    const { readMultistatus } = await import('./dav-multistatus.ts');
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
    const { preconditionsIn } = await import('./dav-multistatus.ts');
    return preconditionsIn(text);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}
