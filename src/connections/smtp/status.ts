import { toMailboxError } from '../../domain/errors.ts';
import type { ProtocolStatus } from '../../domain/status.ts';
import type { Smtp } from '../smtp.ts';

/** The extensions that change what can be sent or how fast; `STARTTLS` where it is not in use. */
const noteworthy = ['8BITMIME', 'DSN', 'PIPELINING', 'SIZE', 'SMTPUTF8', 'STARTTLS'];

/** One RSET, logging in first if need be. Never throws: a failure is the answer. */
export async function smtpStatus(smtp: Smtp, signal: AbortSignal): Promise<ProtocolStatus> {
  try {
    const probed = await smtp.pool.use(
      async (session) => {
        const started = performance.now();
        await session.check(signal);
        const latencyMs = Math.round((performance.now() - started) * 10) / 10;
        return { latencyMs, capabilities: named(session.capabilities) };
      },
      { signal, rerun: () => true },
    );
    return { protocol: 'smtp', reachable: true, ...smtp.access.status, ...probed, ...usage(smtp) };
  } catch (error) {
    const { code, message, hint } = toMailboxError(error);
    const told = { code, message, ...(hint === undefined ? {} : { hint }) };
    return {
      protocol: 'smtp',
      reachable: false,
      ...smtp.access.status,
      error: told,
      ...usage(smtp),
    };
  }
}

function usage({ pool, rate }: Smtp) {
  return { pool: pool.status, ...rate.status };
}

function named(capabilities: ReadonlyMap<string, string>): string[] {
  return noteworthy.flatMap((name) => {
    const parameters = capabilities.get(name);
    if (parameters === undefined) return [];
    return [name === 'SIZE' && parameters !== '' ? `SIZE=${parameters}` : name];
  });
}
