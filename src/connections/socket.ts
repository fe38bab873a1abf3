import { connect, isIP, type Socket } from 'node:net';
import { abortable } from '../domain/abortable.ts';
import { tlsOptions } from './tls.ts';

export interface Endpoint {
  /** A name, or an address without brackets. */
  host: string;
  port: number;
  /** TLS from the first byte. */
  secure: boolean;
  /** PEM of certificate authorities to trust beside the system's. */
  ca: string | undefined;
  /** Offered in the handshake (RFC 7301), e.g. `http/1.1`. */
  alpn?: readonly string[];
  timeoutMs: number;
}

/**
 * A TCP connection to the server, with TLS where it is wanted. The name is looked up anew each time and as the system
 * does it, and when one address does not answer, one of the other family is tried (RFC 8305).
 * @throws Node's error, `ETIMEDOUT` among them; the signal's reason when it aborts.
 */
export async function openSocket(endpoint: Endpoint, signal: AbortSignal): Promise<Socket> {
  const { host, port, secure, timeoutMs } = endpoint;
  signal.throwIfAborted();
  const socket = secure ? await tlsSocket(endpoint) : connect({ host, port, noDelay: true });
  // Errors after this are told by `close`; without a listener they would end the process.
  socket.on('error', () => 'close follows');
  try {
    await abortable(established(socket, secure), { signal, timeoutMs, onTimeout: tooSlow });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function tlsSocket({ host, port, ca, alpn }: Endpoint): Promise<Socket> {
  const tls = await import('node:tls');
  // A server is named in the handshake by name only, never by address (RFC 6066 §3).
  const servername = isIP(host) ? {} : { servername: host };
  const protocols = alpn ? { ALPNProtocols: [...alpn] } : {};
  return tls.connect({ ...(await tlsOptions(ca)), host, port, ...protocols, ...servername });
}

async function established(socket: Socket, secure: boolean): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once(secure ? 'secureConnect' : 'connect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed while connecting')));
  });
}

function tooSlow(): Error {
  return Object.assign(new Error('The connection was not established in time'), { code: 'ETIMEDOUT' });
}
