import { once } from 'node:events';
import { openSocket } from '../../connections/socket.ts';
import type { Target } from './reach.ts';
import type { Step } from './steps.ts';
import { failed, type Verdict } from './verdict.ts';

const patienceMs = 3_000;
const greetings = [
  { speaks: 'IMAP', greeting: /^\* (?:OK|PREAUTH|BYE)\b/iu },
  { speaks: 'SMTP', greeting: /^220[ -]/u },
  { speaks: 'POP3', greeting: /^\+OK\b/u },
] as const;

type Endpoint = Pick<Target, 'host' | 'port' | 'secure' | 'ca' | 'setting'>;

/**
 * The steps, and where one of them finds no server it can talk to, who it is that answers there: mail servers speak
 * first (RFC 9051 §7.1.5, RFC 5321 §3.1), web servers wait. Ports mixed up look like a dead line otherwise.
 */
export function withGreeting(
  steps: readonly Step[],
  wanted: 'IMAP' | 'SMTP' | 'CalDAV',
  target: Endpoint,
): Step[] {
  return steps.map((step) =>
    step.check === 'tls' || step.check === 'login'
      ? { ...step, explain: () => otherProtocol(wanted, target) }
      : step,
  );
}

async function otherProtocol(wanted: string, target: Endpoint): Promise<Verdict | undefined> {
  const speaks = await spokenAt(target).catch(() => undefined);
  if (speaks === undefined || speaks === wanted) return undefined;
  const { host, port, setting } = target;
  return failed(
    `Port ${port} of ${host} speaks ${speaks}, not ${wanted}.`,
    wanted === 'CalDAV'
      ? `Check the address in ${setting} (mailbox.org: https://dav.mailbox.org/).`
      : `Check ${setting.replace('HOST', 'PORT')} (mailbox.org: 993 for IMAP, 465 for SMTP).`,
  );
}

async function spokenAt(target: Endpoint): Promise<string | undefined> {
  const signal = AbortSignal.timeout(patienceMs);
  const socket = await openSocket({ ...target, timeoutMs: patienceMs }, signal);
  try {
    const [first] = await once(socket, 'data', { signal });
    return greetings.find(({ greeting }) => greeting.test(String(first)))?.speaks;
  } finally {
    socket.destroy();
  }
}
