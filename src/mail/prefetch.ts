import type { Imap } from '../connections/imap.ts';
import type { SpareTime, Step } from '../connections/spare-time.ts';
import { type SelectedParts, selectParts } from '../content/structure.ts';
import type { CacheRegion } from '../domain/cache-port.ts';
import { type MailRef, parseMailId } from '../domain/mail-id.ts';
import { readingSections } from './body-sections.ts';
import { MessageStore, type StoredMessage } from './message-store.ts';

const maxMessages = 5;
const maxPartBytes = 256 * 1024;
const maxBytes = 1024 * 1024;

interface Listed {
  ref: MailRef;
  message: StoredMessage;
}

/** Has the first of the mails listed at hand before somebody reads them, so that only flags and existence are asked for. */
export class Prefetch {
  private readonly spareTime: SpareTime;
  private readonly store: MessageStore;

  constructor(imap: Imap, remembered: CacheRegion<StoredMessage>) {
    this.spareTime = imap.spareTime;
    this.store = new MessageStore(imap.spare, remembered);
  }

  /** Begins when the connection is idle; one round trip for each folder. @param ids in the order they are shown */
  plan(ids: readonly string[]): void {
    const listed = ids.slice(0, maxMessages).flatMap((id) => {
      const ref = parseMailId(id);
      const message = this.store.known(ref);
      return message ? [{ ref, message }] : [];
    });
    const wanted = affordable(listed.filter(lacksText));
    const folders = new Set(wanted.map(({ ref }) => ref.folder));
    const steps = [...folders].map((folder) => this.step(wanted.filter(({ ref }) => ref.folder === folder)));
    if (steps.length > 0) this.spareTime.plan(steps);
  }

  private step(listed: readonly Listed[]): Step {
    return async (signal) => {
      const [first] = listed;
      const wanted = new Map(listed.map(({ message }) => [message, sectionsOf(message)]));
      if (first) await this.store.complete(first.ref, wanted, signal);
    };
  }
}

function sectionsOf({ facts }: StoredMessage) {
  return readingSections(selectParts(facts.structure));
}

function lacksText({ message }: Listed): boolean {
  return sectionsOf(message).some(({ key }) => !message.sections.has(key));
}

/** Those with short texts, as long as there is room for them. */
function affordable(listed: readonly Listed[]): Listed[] {
  let room = maxBytes;
  return listed.filter(({ message }) => {
    const sizes = textSizes(selectParts(message.facts.structure));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    if (bytes > room || sizes.some((size) => size > maxPartBytes)) return false;
    room -= bytes;
    return true;
  });
}

function textSizes({ plain, html, more = [], calendar }: SelectedParts): number[] {
  const parts = [plain, html, ...more.flatMap((text) => [text.plain, text.html]), calendar];
  return parts.flatMap((part) => part?.size ?? []);
}
