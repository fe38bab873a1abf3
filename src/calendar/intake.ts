import type { DavResource } from '../connections/caldav/types.ts';
import type { OccurrenceReader } from './occurrence-reader.ts';
import type { ResourceIndex } from './resource-index.ts';

/** A resource with its text, in the state its ETag names. */
export type ResourceText = Pick<DavResource, 'href' | 'etag' | 'ics'>;

interface IntakeParts {
  reader: OccurrenceReader;
  index: ResourceIndex;
}

/** Fewer are not worth a turn of the reader while more are on their way. */
const fewest = 50;
/** Read in one turn; while they are, at most so many more wait for theirs. */
const most = 300;

/** Reads resources into the index while the next are still arriving: whoever brings too many at once waits. */
export class Intake {
  private readonly parts: IntakeParts;
  private readonly signal: AbortSignal;
  private readonly waiting: ResourceText[] = [];
  private reading: Promise<void> | undefined;

  constructor(parts: IntakeParts, signal: AbortSignal) {
    this.parts = parts;
    this.signal = signal;
  }

  /** @throws MailboxError when what came before could not be read */
  async add(resources: readonly ResourceText[]): Promise<void> {
    this.waiting.push(...resources);
    if (!this.reading && this.waiting.length >= fewest) this.readOn();
    while (this.waiting.length > most) await this.reading;
  }

  /** Everything that was brought is in the index. @throws as `add` */
  async done(): Promise<void> {
    if (!this.reading) this.readOn();
    while (this.reading) await this.reading;
  }

  private readOn(): void {
    const next = this.waiting.splice(0, most);
    this.reading = next.length === 0 ? undefined : this.read(next).then(() => this.readOn());
    this.reading?.catch(() => 'whoever adds more or waits for the end is told');
  }

  private async read(resources: readonly ResourceText[]): Promise<void> {
    const { reader, index } = this.parts;
    const texts = resources.map(({ href, ics }) => ({ key: href, ics }));
    const read = await reader.spans(texts, this.signal);
    for (const { href, etag, ics } of resources) {
      const spans = read.get(href) ?? [];
      const failure = 'code' in spans ? spans : undefined;
      // A copy: a text cut out of an answer would keep the whole answer in memory.
      index.put({ href, etag }, { text: Buffer.from(ics), spans: 'code' in spans ? [] : spans, failure });
    }
  }
}
