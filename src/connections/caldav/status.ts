import { toMailboxError } from '../../domain/errors.ts';
import type { ProtocolStatus } from '../../domain/status.ts';
import type { CalDav } from '../caldav.ts';

/** The names of the DAV header that change what we can do. */
const noteworthy = [
  'calendar-access',
  'calendar-auto-schedule',
  'calendar-availability',
  'calendar-managed-attachments',
  'calendar-schedule',
  'calendarserver-recurrence-split',
];

/** One OPTIONS, logging in first if need be. Never throws: a failure is the answer. */
export async function caldavStatus(caldav: CalDav, signal: AbortSignal): Promise<ProtocolStatus> {
  try {
    await caldav.ready(signal);
    const started = performance.now();
    const told = await caldav.capabilities(signal);
    const latencyMs = Math.round((performance.now() - started) * 10) / 10;
    const capabilities = noteworthy.filter((name) => told.includes(name));
    const { status } = caldav.pool;
    return {
      protocol: 'caldav',
      reachable: true,
      ...caldav.access.status,
      latencyMs,
      capabilities,
      pool: status,
      ...caldav.rate.status,
    };
  } catch (error) {
    const { code, message, hint } = toMailboxError(error);
    const told = { code, message, ...(hint === undefined ? {} : { hint }) };
    const { status } = caldav.pool;
    return {
      protocol: 'caldav',
      reachable: false,
      ...caldav.access.status,
      error: told,
      pool: status,
      ...caldav.rate.status,
    };
  }
}
