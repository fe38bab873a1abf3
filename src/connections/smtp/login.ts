import { abortable } from '../../domain/abortable.ts';
import { MailboxError } from '../../domain/errors.ts';
import { isLoopback } from '../../domain/loopback.ts';
import type { Log } from '../../log.ts';
import type { Password } from '../password-command.ts';
import type { PoolSettings } from '../pool.ts';
import { openSocket } from '../socket.ts';
import { tlsOptions } from '../tls.ts';
import { loginError } from './errors.ts';
import { PooledSmtp } from './session.ts';
import { SmtpWire } from './wire.ts';

export interface SmtpLogin {
  host: string;
  port: number;
  /** Implicit TLS; otherwise STARTTLS is required, except on loopback. */
  secure: boolean;
  username: string;
  password: Password;
  /** PEM of certificate authorities to trust beside the system's. */
  ca: string | undefined;
  pool: PoolSettings;
  log: Log;
}

/** Says nothing about the user's computer; the address literal is valid everywhere (RFC 5321 §4.1.3). */
const ehloName = '[127.0.0.1]';

/**
 * Opens one session and logs in, within `pool.timeoutMs`. The password travels over TLS only, or to this machine.
 * @throws MailboxError
 */
export async function connectSmtp(
  settings: SmtpLogin,
  password: string,
  signal: AbortSignal,
): Promise<PooledSmtp> {
  const { host, username, log, pool } = settings;
  log.addSecret(password, username);
  const started = performance.now();
  let wire: SmtpWire | undefined;
  try {
    wire = await openWire(settings, signal);
    const capabilities = await abortable(login(wire, username, password), {
      signal,
      timeoutMs: pool.timeoutMs - (performance.now() - started),
      onTimeout: () => tooSlow(host),
    });
    log.info('connected', { host, ms: Math.round(performance.now() - started) });
    return new PooledSmtp(wire, capabilities);
  } catch (error) {
    wire?.close();
    if (signal.aborted) throw error;
    throw loginError(error, host);
  }
}

/**
 * nodemailer gets a socket: by itself it asks the name servers it found when this process began, which are gone when a
 * laptop changes its network. On this machine STARTTLS is used when it is offered and its certificate can be checked.
 */
async function openWire({ host, port, secure, ca, pool }: SmtpLogin, signal: AbortSignal): Promise<SmtpWire> {
  const { default: SMTPConnection } = await import('nodemailer/lib/smtp-connection');
  const tls = await tlsOptions(ca);
  const { timeoutMs } = pool;
  const connection = await openSocket({ host, port, secure, ca, timeoutMs }, signal);
  return new SmtpWire(
    new SMTPConnection({
      ...{ host, port, secure, connection, secured: secure, tls },
      ...(secure || !isLoopback(host) ? { requireTLS: true } : { ignoreTLS: ca === undefined }),
      name: ehloName,
      logger: false,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: 300_000,
      // Destroys the socket on closing, instead of letting what is buffered flow out.
      socketCloseTimeout: 0,
    }),
  );
}

async function login(wire: SmtpWire, user: string, pass: string): Promise<ReadonlyMap<string, string>> {
  const capabilities = ehloCapabilities(await wire.connect());
  const offered = (capabilities.get('AUTH') ?? '').toUpperCase().split(/[ =]+/u);
  const method = ['PLAIN', 'LOGIN'].find((name) => offered.includes(name));
  if (!method) {
    throw new MailboxError('unsupported', 'The mail server offers no login by password for sending.', {
      hint: 'Check MAILBOX_SMTP_PORT and MAILBOX_SMTP_SECURE: many servers offer it over TLS only.',
    });
  }
  await wire.login({ user, pass, method });
  return capabilities;
}

/** The keywords of an EHLO answer with their parameters (RFC 5321 §4.1.1.1). */
export function ehloCapabilities(answer: string): ReadonlyMap<string, string> {
  const [, ...lines] = answer.split(/\r?\n/u);
  const pairs = lines.map((line) => {
    const [, name = '', parameters = ''] = /^\d{3}[ -]([^ =]*)[ =]*(.*)$/u.exec(line.trimEnd()) ?? [];
    return [name.toUpperCase(), parameters] as const;
  });
  return new Map(pairs.filter(([name]) => name !== ''));
}

function tooSlow(host: string): MailboxError {
  return new MailboxError('timeout', `The mail server ${host} did not answer in time.`, {
    hint: 'Check the network and MAILBOX_SMTP_HOST, MAILBOX_SMTP_PORT and MAILBOX_SMTP_SECURE.',
  });
}
