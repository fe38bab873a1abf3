import { MailboxError } from '../domain/errors.ts';
import type { ProtocolStatus, ServerStatus } from '../domain/status.ts';

/** @throws MailboxError where the account cannot be opened */
type AskStatus = (signal: AbortSignal) => Promise<ServerStatus>;
type Protocol = ProtocolStatus['protocol'];

export interface StatusTimes {
  /** Servers that were waited for in vain the last time have so long. Default 0.5 s. */
  silentMs?: number | undefined;
}

/** So long a question nobody waits for may go on. */
const goOnMs = 30_000;

/**
 * The status of one account, which learns which of its servers are silent: one is waited for once, and from then on only
 * shortly. Each such call leaves one longer question behind, so that the next one knows when the server is back. Whoever
 * was not known to be silent has the whole time: nothing that is there is told as away because of another.
 */
export function learningStatus(ask: AskStatus, { silentMs = 500 }: StatusTimes = {}): AskStatus {
  let silent: ReadonlySet<Protocol> = new Set();
  let unheard: { over: Promise<unknown>; end: () => void } | undefined;

  const patiently = async (signal: AbortSignal) => {
    const started = performance.now();
    const status = await ask(signal);
    const tookMs = performance.now() - started;
    // A question that was taken back says nothing of servers.
    if (!signal.aborted) silent = new Set(tookMs > silentMs ? silentIn(status) : []);
    return status;
  };
  const goOn = () => {
    const ending = new AbortController();
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(goOnMs)]);
    const over = patiently(signal).catch(() => undefined);
    unheard = { over, end: () => ending.abort(tooSlow()) };
  };
  return async (signal) => {
    if (silent.size === 0) return await patiently(signal);
    // Logins of an account go one after the other: the new one would wait for that which nobody hears.
    unheard?.end();
    await unheard?.over;
    const status = await shortly(ask, signal, silentMs);
    if (signal.aborted) return status;
    const missing = silentIn(status);
    if (missing.some((protocol) => !silent.has(protocol))) return await patiently(signal);
    silent = new Set(missing);
    if (missing.length > 0) goOn();
    return status;
  };
}

/** An account tells what it has when its time is up. */
async function shortly(ask: AskStatus, signal: AbortSignal, ms: number): Promise<ServerStatus> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(tooSlow()), ms);
  try {
    return await ask(AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(): MailboxError {
  return new MailboxError('timeout', 'The server did not answer in time.');
}

/** A refusal would have been an answer. */
function silentIn({ accounts }: ServerStatus): Protocol[] {
  return accounts.flatMap(({ protocols }) =>
    protocols.flatMap(({ protocol, error }) => (error?.code === 'timeout' ? [protocol] : [])),
  );
}
