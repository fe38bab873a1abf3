import { setImmediate } from 'node:timers/promises';
import parse from 'imapflow/lib/handler/imap-parser.js';
import type { WireLine, WireResponse } from './imapflow-internals.d.ts';
import { type ShortenedLine, shortenedFetch } from './long-fetch.ts';

/** Whether a FETCH response tells this item. */
export function has(response: WireResponse, item: string): boolean {
  const items = response.attributes?.[1];
  return Array.isArray(items) && items.some((token: { value?: unknown } | null) => token?.value === item);
}

/** The tag of the command an ESEARCH response answers (RFC 4466 §2.6.2); empty without. */
export function correlator(response: WireResponse): string {
  const list = response.attributes?.[0];
  const tag: unknown = Array.isArray(list) ? list[1]?.value : undefined;
  return typeof tag === 'string' ? tag : '';
}

/** FETCH, SORT and their like; not those that imapflow itself must see. */
export function dataKind(line: Buffer): string | undefined {
  const start = line.toString('latin1', 0, 32);
  return /^\* (?:\d+ )?(FETCH|LIST|STATUS|SEARCH|ESEARCH|SORT|THREAD)\b/iu.exec(start)?.[1]?.toUpperCase();
}

/** A line as imapflow's parser understands it, and in a time that can be borne. */
export function readable(line: WireLine): ShortenedLine {
  if (dataKind(line.payload) === 'FETCH') return shortenedFetch(line);
  return { ...line, payload: readablePartial(line.payload) };
}

/** Takes milliseconds to parse. */
const longLineBytes = 16 * 1024;

/** Others get their turn before a long line. Undefined for a line that cannot be parsed. */
export async function parsed({
  payload,
  literals,
  shortened,
}: ShortenedLine): Promise<WireResponse | undefined> {
  if (payload.length > longLineBytes) await setImmediate();
  try {
    const response = (await parse(payload, { literals })) as WireResponse;
    return shortened ? { ...response, shortened } : response;
  } catch {
    return undefined;
  }
}

const esearch = Buffer.from('* ESEARCH');

/**
 * imapflow's parser takes a set of UIDs for an error when a parenthesis follows, as in `PARTIAL (1:20 9,7,4)`, and
 * drops the line: a search would find nothing. As a quoted string the set passes.
 */
function readablePartial(line: Buffer): Buffer {
  if (line.compare(esearch, 0, esearch.length, 0, Math.min(line.length, esearch.length)) !== 0) return line;
  return Buffer.from(line.toString('latin1').replace(/( PARTIAL \(\S+ )([\d:,]+)\)/iu, '$1"$2")'), 'latin1');
}

/** The announcement of a literal at the end of the line as one the server need not agree to (RFC 7888). */
export function nonSynchronizing(line: string | Buffer): Buffer {
  const bytes = typeof line === 'string' ? Buffer.from(line, 'latin1') : line;
  const announced = /\{\d+\}\r\n$/u.exec(bytes.subarray(-20).toString('latin1'));
  if (!announced) return bytes;
  return Buffer.concat([bytes.subarray(0, -3), Buffer.from('+}\r\n')]);
}

/** Two pieces of a command as one; texts are one byte a character. */
export function joined(first: Buffer, second: string | Buffer): Buffer {
  return Buffer.concat([first, typeof second === 'string' ? Buffer.from(second, 'latin1') : second]);
}
