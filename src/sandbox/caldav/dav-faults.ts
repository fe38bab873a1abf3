import type { ServerResponse } from 'node:http';
import { pause } from '../faults.ts';
import type { DavAnswer } from './exchange.ts';

/**
 * What happens instead of the normal course.
 * - `drop`: the connection is closed, the request not executed.
 * - `dropAfter`: the request is executed, its answer never sent, the connection closed.
 * - `hang`: nothing is executed or answered; the connection stays open.
 * - `status`: this answer, not executed; with `isDone` executed, and answered so all the same.
 * - `truncate`: the normal course, but the body ends after so many bytes, as though that were all: torn XML.
 * - `cutAfter`: the normal course, but the connection breaks after so many bytes of the body.
 * - `drip`: the normal course, but the body comes in pieces of so many bytes, with pauses.
 * - `delayMs`: the normal course after a pause.
 */
export type DavFault =
  | 'drop'
  | 'dropAfter'
  | 'hang'
  | { status: number; headers?: Record<string, string>; body?: string; isDone?: boolean }
  | { truncate: number }
  | { cutAfter: number }
  | { drip: number; pauseMs: number }
  | { delayMs: number };

/** Which requests a fault is for. */
export interface DavFaultMatch {
  /** Upper case. Default: every method. */
  method?: string;
  /** Against the path as the client sent it. */
  path?: RegExp;
  /** Against the body. */
  body?: RegExp;
  /** How many matching requests suffer. Default 1. */
  times?: number;
}

/** Faults in the order in which they were planned; each waits for its requests. */
export class DavFaults {
  readonly #planned: { match: DavFaultMatch; fault: DavFault; left: number }[] = [];

  plan(match: DavFaultMatch, fault: DavFault): void {
    this.#planned.push({ match, fault, left: match.times ?? 1 });
  }

  clear(): void {
    this.#planned.length = 0;
  }

  take(method: string, path: string, body: string): DavFault | undefined {
    const found = this.#planned.find(({ match, left }) => {
      const isMeant = (match.method ?? method) === method && (match.path?.test(path) ?? true);
      return left > 0 && isMeant && (match.body?.test(body) ?? true);
    });
    if (found) found.left -= 1;
    return found?.fault;
  }
}

/** Sends an answer, with what the fault does to it. @returns bytes of the body that were sent. */
export async function sendAnswer(
  response: ServerResponse,
  answer: DavAnswer,
  fault: DavFault | undefined,
  isHead: boolean,
): Promise<number> {
  const all = Buffer.from(answer.body ?? '', 'utf8');
  const damage = typeof fault === 'object' ? fault : { delayMs: 0 };
  const body = 'truncate' in damage ? all.subarray(0, damage.truncate) : all;
  const length = answer.status === 204 ? {} : { 'Content-Length': String(body.length) };
  response.writeHead(answer.status, { ...answer.headers, ...length });
  if ('cutAfter' in damage) {
    response.write(body.subarray(0, damage.cutAfter), () => response.destroy());
    return Math.min(body.length, damage.cutAfter);
  }
  if ('drip' in damage) await drip(response, body, damage.drip, damage.pauseMs);
  response.end('drip' in damage || isHead ? undefined : body);
  return isHead ? 0 : body.length;
}

async function drip(response: ServerResponse, body: Buffer, bytes: number, pauseMs: number): Promise<void> {
  for (let at = 0; at < body.length && !response.destroyed; at += bytes) {
    response.write(body.subarray(at, at + bytes));
    await pause(pauseMs);
  }
}
