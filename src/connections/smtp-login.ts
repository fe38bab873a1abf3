import { MailboxError } from '../domain/errors.ts';
import { isLoopback } from '../domain/loopback.ts';
import type { Log } from '../log.ts';
import { abortable } from './abortable.ts';
import type { PoolSettings } from './pool.ts';
import { loginError } from './smtp-errors.ts';
import { PooledSmtp } from './smtp-session.ts';
import { SmtpWire } from './smtp-wire.ts';
import { tlsOptions } from './tls.ts';

export interface SmtpLogin {
  host: string;
  port: number;
  /** Implicit TLS; otherwise STARTTLS is required, except on loopback. */
  secure: boolean;
  username: string;
  /** Asked once for every login. */
  password: () => Promise<string>;
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
export async function connectSmtp(settings: SmtpLogin, signal: AbortSignal): Promise<PooledSmtp> {
  const { host, username, log, pool } = settings;
  const password = await settings.password();
  log.addSecret(password, username);
  const wire = await openWire(settings);
  const started = performance.now();
  try {
    signal.throwIfAborted();
    const capabilities = await abortable(login(wire, username, password), {
      signal,
      timeoutMs: pool.timeoutMs,
      onTimeout: () => tooSlow(host),
    });
    log.info('connected', { host, ms: Math.round(performance.now() - started) });
    return new PooledSmtp(wire, capabilities);
  } catch (error) {
    wire.close();
    if (signal.aborted) throw error;
    throw loginError(error, host);
  }
}

/** On this machine STARTTLS is used when it is offered and its certificate can be checked. */
async function openWire({ host, port, secure, ca, pool }: SmtpLogin): Promise<SmtpWire> {
  const { default: SMTPConnection } = await import('nodemailer/lib/smtp-connection');
  const connection = new SMTPConnection({
    host,
    port,
    secure,
    ...(secure || !isLoopback(host) ? { requireTLS: true } : { ignoreTLS: ca === undefined }),
    name: ehloName,
    tls: await tlsOptions(ca),
    logger: false,
    connectionTimeout: pool.timeoutMs,
    greetingTimeout: pool.timeoutMs,
    socketTimeout: 300_000,
    // Destroys the socket on closing, instead of letting what is buffered flow out.
    socketCloseTimeout: 0,
  });
  return new SmtpWire(connection);
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
