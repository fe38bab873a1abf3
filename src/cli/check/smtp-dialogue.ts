import { isIP, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { ehloCapabilities } from '../../connections/smtp/login.ts';
import { openSocket } from '../../connections/socket.ts';
import { tlsOptions } from '../../connections/tls.ts';
import { abortable } from '../../domain/abortable.ts';
import { MailboxError } from '../../domain/errors.ts';

export interface SmtpEndpoint {
  host: string;
  port: number;
  /** TLS from the first byte. */
  secure: boolean;
  /** Where TLS does not come first: whether it must follow, may follow if it is offered, or is not asked for. */
  startTls: 'required' | 'offered' | 'never';
  /** PEM of certificate authorities to trust beside the system's. */
  ca: string | undefined;
}

/** A whole reply (RFC 5321 §4.2), all its lines. */
export interface SmtpReply {
  code: number;
  text: string;
}

/** As the server's own sessions greet. */
const ehlo = 'EHLO [127.0.0.1]';
const longestReply = 64 * 1024;
const connectMs = 10_000;

/**
 * A session in which MAIL can be said and taken back, which nodemailer does not offer: it always goes on to RCPT and
 * DATA. It knows no command that hands over a message.
 */
export class SmtpDialogue {
  /** Of the last EHLO: names in upper case with their parameters. */
  capabilities: ReadonlyMap<string, string> = new Map();
  private socket: Socket;
  private readonly signal: AbortSignal;
  private heard = '';
  private failure: Error | undefined;
  private wake: (() => void) | undefined;

  /**
   * Up to EHLO over TLS, where that is wanted. The certificate is checked as in serving.
   * @throws Node's error of the connection or the handshake; MailboxError when TLS is not offered.
   */
  static async open(endpoint: SmtpEndpoint, signal: AbortSignal): Promise<SmtpDialogue> {
    const { host, port, secure, ca } = endpoint;
    const socket = await openSocket({ host, port, secure, ca, timeoutMs: connectMs }, signal);
    const dialogue = new SmtpDialogue(socket, signal);
    try {
      await dialogue.greet(endpoint);
      return dialogue;
    } catch (error) {
      dialogue.close();
      throw error;
    }
  }

  private constructor(socket: Socket, signal: AbortSignal) {
    this.signal = signal;
    this.socket = socket;
    this.listen();
  }

  /** The encrypted line; undefined in plain text. */
  get tls(): TLSSocket | undefined {
    return this.socket instanceof TLSSocket ? this.socket : undefined;
  }

  /** AUTH PLAIN (RFC 4616), or LOGIN where only that is offered. */
  async login(username: string, password: string): Promise<SmtpReply> {
    const offered = (this.capabilities.get('AUTH') ?? '').toUpperCase().split(/[ =]+/u);
    if (offered.includes('PLAIN'))
      return await this.ask(`AUTH PLAIN ${base64(`\0${username}\0${password}`)}`);
    const asked = await this.ask('AUTH LOGIN');
    if (asked.code !== 334) return asked;
    const wanted = await this.ask(base64(username));
    return wanted.code === 334 ? await this.ask(base64(password)) : wanted;
  }

  async ask(line: string): Promise<SmtpReply> {
    this.socket.write(`${line}\r\n`);
    return await this.reply();
  }

  close(): void {
    this.socket.destroy();
  }

  private async greet({ host, secure, startTls, ca }: SmtpEndpoint): Promise<void> {
    accepted(await this.reply());
    await this.introduce();
    if (secure || startTls === 'never') return;
    if (!this.capabilities.has('STARTTLS')) {
      if (startTls === 'offered') return;
      throw new MailboxError('unavailable', `The mail server ${host} offers no TLS on this port.`, {
        hint: 'No password was sent. Set MAILBOX_SMTP_PORT to 465, which speaks TLS from the start.',
      });
    }
    accepted(await this.ask('STARTTLS'));
    await this.encrypt(host, ca);
    await this.introduce();
  }

  private async introduce(): Promise<void> {
    this.capabilities = ehloCapabilities(accepted(await this.ask(ehlo)).text);
  }

  /** What came in plain text behind the go-ahead could be anybody's and is no answer (CVE-2011-0411). */
  private async encrypt(host: string, ca: string | undefined): Promise<void> {
    if (this.heard !== '') throw intruded(host);
    this.socket.removeAllListeners('data').removeAllListeners('close');
    const { connect } = await import('node:tls');
    const servername = isIP(host) ? {} : { servername: host };
    const socket = connect({ ...(await tlsOptions(ca)), socket: this.socket, host, ...servername });
    const ready = new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve);
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('closed in the handshake')));
    });
    this.socket = socket;
    await abortable(ready, { signal: this.signal });
    this.listen();
  }

  private listen(): void {
    this.socket.on('data', (chunk) => {
      this.heard += chunk.toString('latin1');
      if (this.heard.length > longestReply) this.end(new Error('a reply without end'));
      this.wake?.();
    });
    this.socket.on('error', (error) => this.end(error));
    this.socket.on('close', () => this.end(new Error('the connection was closed')));
  }

  private end(error: Error): void {
    this.failure ??= error;
    this.wake?.();
  }

  private async reply(): Promise<SmtpReply> {
    for (;;) {
      const [text, code] = /^(?:\d{3}-[^\n]*\n)*(\d{3})(?: [^\n]*)?\r?\n/u.exec(this.heard) ?? [];
      if (text !== undefined) {
        this.heard = this.heard.slice(text.length);
        return { code: Number(code), text };
      }
      if (this.failure) throw this.failure;
      await abortable(
        new Promise<void>((resolve) => {
          this.wake = resolve;
        }),
        { signal: this.signal },
      );
    }
  }
}

function accepted(reply: SmtpReply): SmtpReply {
  if (reply.code < 400) return reply;
  throw new MailboxError('unavailable', 'The mail server accepts no session for sending at the moment.', {
    hint: 'Try again in a minute; if it stays so, it may block this network.',
    cause: reply,
  });
}

function intruded(host: string): MailboxError {
  return new MailboxError('unavailable', `${host} went on in plain text after it had agreed to TLS.`, {
    hint: 'No password was sent. Somebody may stand between; set MAILBOX_SMTP_PORT to 465, which speaks TLS from the start.',
    retryable: false,
  });
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
