import { MailboxError } from '../../domain/errors.ts';
import { BodyTooLarge } from '../dav/body.ts';
import type { DavClient } from '../dav/client.ts';
import { syncPage, syncPages } from './sync.ts';
import type { SyncDelta, TakeResources } from './types.ts';

/**
 * The first look into a calendar: its list and all texts in one answer, which many servers give in half the time of
 * both. Where that is refused, too large, or too slow (Open-Xchange builds the whole answer before it sends a byte), the
 * list is read without the texts, and so is every other from then on.
 */
export class FirstLook {
  private readonly client: DavClient;
  private givesTexts = true;

  constructor(client: DavClient) {
    this.client = client;
  }

  /** @throws MailboxError as `syncPages` */
  async read(collection: string, signal: AbortSignal, take: TakeResources): Promise<SyncDelta> {
    return await syncPages(undefined, async (token) => {
      if (this.givesTexts) {
        try {
          return await syncPage(this.client, collection, token, signal, take);
        } catch (error) {
          if (signal.aborted || !mayListAlone(error)) throw error;
          this.givesTexts = false;
        }
      }
      return await syncPage(this.client, collection, token, signal);
    });
  }
}

function mayListAlone(error: unknown): boolean {
  if (!(error instanceof MailboxError)) return false;
  return ['unsupported', 'timeout'].includes(error.code) || error.cause instanceof BodyTooLarge;
}
