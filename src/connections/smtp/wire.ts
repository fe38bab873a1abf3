import type { Readable } from 'node:stream';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type {
  SMTPConnectionAuth,
  SMTPConnectionSendInfo,
  SMTPEnvelope,
} from 'nodemailer/lib/smtp-connection';

type Done<T> = (error?: Error | null, result?: T) => void;

/**
 * nodemailer's connection with promises, one at a time. They also end when the connection does: nodemailer calls back
 * for a send only, and not even then when the connection was closed from here.
 */
export class SmtpWire {
  private readonly connection: SMTPConnection;
  private ended: ((reason: unknown) => void) | undefined;
  private broken: unknown;

  constructor(connection: SMTPConnection) {
    this.connection = connection;
    connection.on('error', (error) => this.end(error));
    // nodemailer closes before it calls back with the 421 that made it close: that answer must come first.
    connection.on('end', () => setImmediate(() => this.end(new Error('The connection was closed'))));
  }

  get usable(): boolean {
    const { destroyed, _socket: socket } = this.connection;
    return this.broken === undefined && !destroyed && socket !== false && socket?.writable === true;
  }

  /** Whether what travels is encrypted by now. */
  get secure(): boolean {
    return this.connection.secure;
  }

  /** Up to the answer to the last EHLO, which it returns. */
  async connect(): Promise<string> {
    return await this.run((done) =>
      this.connection.connect((error) => done(error, String(this.connection.lastServerResponse))),
    );
  }

  async login(auth: SMTPConnectionAuth): Promise<void> {
    await this.run((done) => this.connection.login(auth, done));
  }

  /** Ends a transaction that may be open (RFC 5321 §4.1.1.5). */
  async reset(): Promise<void> {
    await this.run((done) => this.connection.reset(done));
  }

  async send(envelope: SMTPEnvelope, body: Readable): Promise<SMTPConnectionSendInfo> {
    return await this.run((done) => this.connection.send(envelope, body, done));
  }

  /** Resolves when the server has closed or the connection broke. */
  async quit(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.ended = () => resolve();
      this.connection.quit();
    });
  }

  /** Calls `listener` with whatever the server says. */
  onAnswer(listener: (chunk: Uint8Array) => void): void {
    const { _socket: socket } = this.connection;
    if (socket) socket.on('data', listener);
  }

  /** At once and for good: nothing that had not been written is written any more. */
  close(): void {
    this.broken ??= 'closed';
    this.connection.close();
  }

  private async run<T>(start: (done: Done<T>) => void): Promise<T> {
    if (this.broken !== undefined) throw this.broken;
    return await new Promise<T>((resolve, reject) => {
      this.ended = reject;
      start((error, result) => (error ? reject(error) : resolve(result as T)));
    });
  }

  private end(reason: unknown): void {
    this.broken ??= reason;
    this.ended?.(this.broken);
  }
}
