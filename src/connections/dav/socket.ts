import type { Socket } from 'node:net';
import { openSocket } from '../socket.ts';
import { connectFailure } from './network-errors.ts';

export interface DavEndpoint {
  /** Only scheme, host and port are used. */
  url: URL;
  /** PEM of certificate authorities to trust beside the system's. */
  ca: string | undefined;
  timeoutMs: number;
}

/**
 * A connection to the calendar server, over TLS for https.
 * @throws MailboxError `unavailable` or `timeout`; the signal's reason when it aborts.
 */
export async function openDavSocket(
  { url, ca, timeoutMs }: DavEndpoint,
  signal: AbortSignal,
): Promise<Socket> {
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1');
  const secure = url.protocol === 'https:';
  const port = Number(url.port || (secure ? 443 : 80));
  try {
    return await openSocket({ host, port, secure, ca, alpn: ['http/1.1'], timeoutMs }, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    throw connectFailure(error, host);
  }
}
