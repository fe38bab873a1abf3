import type { MailboxError } from '../domain/errors.ts';
import type { ProtocolMode } from '../domain/status.ts';

/** Whether a server lets this login change or send anything. A refusal is remembered until the first change that works. */
export class WriteAccess {
  private refusal: MailboxError | undefined;

  /** The server refused the login or the permission; other errors say nothing about it. */
  refused(error: MailboxError): void {
    this.refusal = error;
  }

  worked(): void {
    this.refusal = undefined;
  }

  get status(): ProtocolMode {
    return this.refusal ? { mode: 'read-only', reason: this.refusal.message } : { mode: 'read-write' };
  }
}
