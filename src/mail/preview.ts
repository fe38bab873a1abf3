import { cleanLine } from '../content/clean.ts';
import { selectParts } from '../content/structure.ts';
import { bodySections } from './body-sections.ts';
import type { Hit } from './folder-stream.ts';
import type { MessageStore, Section, StoredMessage } from './message-store.ts';
import { renderText } from './render.ts';

const maxChars = 160;
const previewBytes = 16 * 1024;

/**
 * The first words of messages, from the beginning of their text. Not the server's PREVIEW (RFC 8970), which
 * shows what a sender has hidden from the reader's eyes.
 */
export class Previews {
  private readonly store: MessageStore;

  constructor(store: MessageStore) {
    this.store = store;
  }

  /** @throws MailboxError when the server does not give the texts. */
  async of(hits: readonly Hit[], signal: AbortSignal): Promise<Map<Hit, string>> {
    const places = new Map(hits.map(({ view }) => [view.folder, view]));
    const previews = new Map<Hit, string>();
    for (const place of places.values()) {
      const members = hits
        .filter(({ view }) => view.folder === place.folder)
        .map((hit) => ({ hit, message: this.store.remember(hit.view, hit.facts) }));
      await this.store.complete(
        place,
        new Map(members.map(({ message }) => [message, beginnings(message)])),
        signal,
      );
      for (const { hit, message } of members) previews.set(hit, await beginning(message));
    }
    return previews;
  }
}

function beginnings({ facts }: StoredMessage): Section[] {
  const parts = selectParts(facts.structure);
  if (parts.encrypted) return [];
  const { plain, html } = bodySections(parts, 'text', previewBytes);
  return [...(plain ? [plain] : []), ...(html ? [html] : [])];
}

async function beginning(message: StoredMessage): Promise<string> {
  const parts = selectParts(message.facts.structure);
  const { text } = await renderText(message, parts, {
    format: 'text',
    quoted: false,
    maxBytes: previewBytes,
  });
  return cleanLine(text, maxChars);
}
