import { noop } from './commands.ts';
import type { ImapSession } from './session.ts';
import type { ImapWire } from './wire.ts';

/** A connection of the IMAP pool: the session, as the pool wants it. */
export class PooledImap {
  readonly session: ImapSession;
  /** For what is no command with an answer: IDLE. */
  readonly wire: ImapWire;

  constructor(session: ImapSession, wire: ImapWire) {
    this.session = session;
    this.wire = wire;
  }

  get usable(): boolean {
    return this.session.usable;
  }

  async check(signal: AbortSignal): Promise<void> {
    await this.session.run([noop()], { signal, timeoutMs: 3000 });
  }

  async logout(): Promise<void> {
    await this.session.logout();
  }
}
