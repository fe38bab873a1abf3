import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';

/** What the SDK gives with a request. */
export type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** Tells the client that a call is still at work; `seconds` since its start. */
export type Report = (seconds: number) => void;

/** Work that takes longer is told of (issue "Progress notifications on anything over 2 s"). */
const firstMs = 2_000;
const everyMs = 3_000;

/** Reports while the work lasts, never after its end: a client may have forgotten the request by then. */
export async function reporting<T>(report: Report | undefined, work: Promise<T>): Promise<T> {
  if (!report) return await work;
  const started = performance.now();
  const tell = () => {
    report(Math.round((performance.now() - started) / 1000));
    timer = setTimeout(tell, everyMs);
  };
  let timer = setTimeout(tell, firstMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

/** Tells the client, if it wants to know, that a call is still at work. */
export function reportTo({ _meta, sendNotification }: Extra): Report | undefined {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return (seconds) => {
    const params = { progressToken, progress: seconds, message: `Still working after ${seconds} s.` };
    // A client that is gone is noticed elsewhere.
    sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}
