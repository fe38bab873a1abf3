import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import { openSocket } from '../../connections/socket.ts';
import { isLoopback } from '../../domain/loopback.ts';
import { certificateVerdict, handshakeFailure, isHandshakeFault } from './certificate.ts';
import { SmtpDialogue } from './smtp-dialogue.ts';
import type { Step } from './steps.ts';
import { failed, ok, skipped, type Verdict } from './verdict.ts';

/** A server, and how its settings are called. */
export interface Target {
  /** A name, or an address without brackets. */
  host: string;
  port: number;
  /** TLS from the first byte. */
  secure: boolean;
  /** STARTTLS is spoken here where TLS does not come first. */
  upgrades: boolean;
  ca: string | undefined;
  /** The setting that names the host. */
  setting: string;
  /** What mailbox.org's is called, for who has mistyped it. */
  usual: string;
}

const mostAddresses = 6;
const connectMs = 10_000;

/** Whether the server's name is known, and whether its certificate is to be trusted. */
export function reachSteps(target: Target, now: () => number): Step[] {
  return [
    { check: 'dns', run: () => named(target) },
    { check: 'tls', run: (signal) => encrypted(target, now, signal) },
  ];
}

async function named({ host, setting, usual }: Target): Promise<Verdict> {
  if (isIP(host)) return ok(`${host} (an address, no name to look up)`);
  if (isLoopback(host)) return ok(`${host} (this machine)`);
  try {
    const addresses = (await lookup(host, { all: true })).map(({ address }) => address);
    const more = addresses.length > mostAddresses ? ` and ${addresses.length - mostAddresses} more` : '';
    return ok(`${addresses.slice(0, mostAddresses).join(', ')}${more}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTFOUND') {
      return failed(
        `There is no host ${host}.`,
        `Check the spelling in ${setting} (mailbox.org: ${usual}), and whether this computer is online.`,
      );
    }
    return failed(
      `${host} could not be looked up (${code ?? 'no answer'}).`,
      'The name server does not answer: check the network, a VPN or a firewall.',
    );
  }
}

/** The handshake the server would make, with the same trust, on a connection on which no login follows. */
async function encrypted(target: Target, now: () => number, signal: AbortSignal): Promise<Verdict> {
  try {
    if (!target.secure && target.upgrades) return await upgraded(target, now, signal);
    const alpn = target.setting === 'MAILBOX_CALDAV_URL' ? { alpn: ['http/1.1'] } : {};
    const socket = await openSocket({ ...target, ...alpn, timeoutMs: connectMs }, signal);
    const verdict = socket instanceof TLSSocket ? certificateVerdict(socket, now()) : plain();
    socket.destroy();
    return verdict;
  } catch (error) {
    signal.throwIfAborted();
    if (isHandshakeFault(error)) return handshakeFailure(error, target);
    return unreachable(error, target);
  }
}

/** On this machine plain text will do. */
async function upgraded(target: Target, now: () => number, signal: AbortSignal): Promise<Verdict> {
  const startTls = isLoopback(target.host) ? 'offered' : 'required';
  const dialogue = await SmtpDialogue.open({ ...target, startTls }, signal);
  const verdict = dialogue.tls ? certificateVerdict(dialogue.tls, now(), 'STARTTLS') : plain();
  dialogue.close();
  return verdict;
}

function plain(): Verdict {
  return skipped('plain text to this machine');
}

function unreachable(error: unknown, { host, port, setting }: Target): Verdict {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const place = `port ${port} of ${host}`;
  if (code === 'ECONNREFUSED') {
    return failed(
      `Nothing listens on ${place}.`,
      `Check the host and the port in the settings (${setting}); a firewall may also refuse the connection.`,
    );
  }
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return failed(
      `There is no way to ${place} (${code}).`,
      'A firewall, VPN or the network may block this port: try from another network, such as a phone.',
    );
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || (code === '' && message.includes('closed'))) {
    return failed(
      `The connection to ${place} was closed before TLS was agreed.`,
      `Check the port in the settings (${setting}); a firewall or virus scanner may cut the connection.`,
    );
  }
  throw error;
}
