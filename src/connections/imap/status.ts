import { toMailboxError } from '../../domain/errors.ts';
import type { ProtocolStatus } from '../../domain/status.ts';
import type { Imap } from '../imap.ts';
import { noop } from './commands.ts';

/** The extensions that change what we can do or how fast. */
const noteworthy = [
  'BINARY',
  'CONDSTORE',
  'ESEARCH',
  'ESORT',
  'IDLE',
  'LIST-STATUS',
  'LITERAL+',
  'MOVE',
  'SORT',
  'SPECIAL-USE',
  'THREAD=REFS',
  'UIDPLUS',
];

/** One NOOP, logging in first if need be. Never throws: a failure is the answer. */
export async function imapStatus(imap: Imap, signal: AbortSignal): Promise<ProtocolStatus> {
  try {
    const { latencyMs, capabilities } = await imap.read([], signal, async (session) => {
      const started = performance.now();
      await session.run([noop()], { signal });
      const known = noteworthy.filter((name) => session.supports(name));
      return { latencyMs: Math.round((performance.now() - started) * 10) / 10, capabilities: known };
    });
    const { status } = imap.pool;
    return {
      protocol: 'imap',
      reachable: true,
      ...imap.access.status,
      latencyMs,
      capabilities,
      pool: status,
      ...imap.rate.status,
    };
  } catch (error) {
    const { code, message, hint } = toMailboxError(error);
    const told = { code, message, ...(hint === undefined ? {} : { hint }) };
    const { status } = imap.pool;
    return {
      protocol: 'imap',
      reachable: false,
      ...imap.access.status,
      error: told,
      pool: status,
      ...imap.rate.status,
    };
  }
}
