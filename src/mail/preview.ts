import { cleanLine } from '../content/clean.ts';
import { selectParts } from '../content/structure.ts';
import type { ContentReader } from '../content/worker/content-reader.ts';
import { textSection } from './body-sections.ts';
import type { Hit } from './folder-stream.ts';
import type { MessageStore, Section, StoredMessage } from './message-store.ts';
import { renderText } from './render.ts';

const maxChars = 160;
/** Longer texts get no preview: it would cost more than it tells. */
const maxBytes = 256 * 1024;

/**
 * The first words of messages, from the beginning of their text. Not the server's PREVIEW (RFC 8970), which
 * shows what a sender has hidden from the reader's eyes.
 */
export class Previews {
  private readonly content: ContentReader;
  private readonly store: MessageStore;

  constructor(content: ContentReader, store: MessageStore) {
    this.content = content;
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
        new Map(members.map(({ message }) => [message, texts(message)])),
        signal,
      );
      for (const { hit, message } of members) previews.set(hit, await this.beginning(message, signal));
    }
    return previews;
  }

  private async beginning(message: StoredMessage, signal: AbortSignal): Promise<string> {
    if (texts(message).length === 0) return '';
    const parts = selectParts(message.facts.structure);
    const options = { format: 'text' as const, quoted: false };
    const { text, excerpt } = await renderText(this.content, message, parts, options, signal);
    return excerpt || message.short?.size ? '' : cleanLine(text, maxChars);
  }
}

/** Only whole texts: what a style sheet at the end hides would show in a beginning. */
function texts({ facts }: StoredMessage): Section[] {
  const { plain, html } = selectParts(facts.structure);
  const parts = [plain, html].flatMap((part) => (part ? [part] : []));
  const bytes = parts.reduce((sum, { size }) => sum + size, 0);
  return bytes <= maxBytes ? parts.map(textSection) : [];
}
