import type { CalendarStore, CollectionState, StatesOptions } from '../connections/caldav/types.ts';
import { toMailboxError } from '../domain/errors.ts';
import { SharedRun } from './shared-run.ts';

/** Failures that each collection would meet as well; after any other it is worth asking them one by one. */
const ofTheServer = ['auth_failed', 'rate_limited', 'timeout', 'unavailable'];

/** The states of all collections by one question, so that a look into many calendars costs what one costs. */
export class CollectionStates {
  private readonly asking: SharedRun;
  private latest: ReadonlyMap<string, CollectionState> = new Map();

  constructor(store: CalendarStore, options: StatesOptions) {
    this.asking = new SharedRun(async (signal) => {
      this.latest = await store.states(signal, options);
    });
  }

  /** As they were after this was called, by URL; empty where the server does not tell. @throws MailboxError */
  async now(signal: AbortSignal): Promise<ReadonlyMap<string, CollectionState>> {
    try {
      await this.asking.run(signal);
      return this.latest;
    } catch (error) {
      signal.throwIfAborted();
      const { code } = toMailboxError(error);
      if (ofTheServer.includes(code)) throw error;
      return new Map();
    }
  }
}
