import { connect, isIP, type Socket } from 'node:net';
import { abortable } from './abortable.ts';
import { connectFailure, tooSlow } from './dav-network-errors.ts';
import { tlsOptions } from './tls.ts';

export interface DavEndpoint {
  /** Only scheme, host and port are used. */
  url: URL;
  /** PEM of certificate authorities to trust beside the system's. */
  ca: string | undefined;
  timeoutMs: number;
}

/**
 * A TCP connection to the server, over TLS for https.
 * @throws MailboxError `unavailable` or `timeout`; the signal's reason when it aborts.
 */
export async function openSocket({ url, ca, timeoutMs }: DavEndpoint, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1');
  const secure = url.protocol === 'https:';
  const port = Number(url.port || (secure ? 443 : 80));
  const socket = secure ? await tlsSocket(host, port, ca) : connect({ host, port, noDelay: true });
  // Errors after this are told by `close`; without a listener they would end the process.
  socket.on('error', () => 'close follows');
  try {
    await abortable(established(socket, secure), { signal, timeoutMs, onTimeout: () => tooSlow(host) });
    return socket;
  } catch (error) {
    socket.destroy();
    if (signal.aborted) throw error;
    throw connectFailure(error, host);
  }
}

async function tlsSocket(host: string, port: number, ca: string | undefined): Promise<Socket> {
  const tls = await import('node:tls');
  // A server is named in the handshake by name only, never by address (RFC 6066 §3).
  const servername = isIP(host) ? {} : { servername: host };
  return tls.connect({ ...(await tlsOptions(ca)), host, port, ALPNProtocols: ['http/1.1'], ...servername });
}

async function established(socket: Socket, secure: boolean): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once(secure ? 'secureConnect' : 'connect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed while connecting')));
  });
}
