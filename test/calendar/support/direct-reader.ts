import type { OccurrenceKey, ReadFailure, Span, TimeWindow } from '../../../src/calendar/event.ts';
import type {
  EventReading,
  IcsText,
  OccurrenceBatch,
  OccurrenceReader,
} from '../../../src/calendar/occurrence-reader.ts';
import { answer } from '../../../src/calendar/reading/answer.ts';
import { eventAt } from '../../../src/calendar/reading/occurrences.ts';
import { readResource } from '../../../src/calendar/reading/resource.ts';

const unread: ReadFailure = { code: 'invalid_input', reason: 'It holds no event.' };

/** The reading itself without its worker: what the service does with it is tested here. */
export class DirectReader implements OccurrenceReader {
  /** How many texts were read for their occurrences. */
  read = 0;
  private readonly zone: string;

  constructor(zone: string) {
    this.zone = zone;
  }

  async spans(resources: readonly IcsText[]): Promise<Map<string, Span[] | ReadFailure>> {
    return new Map(
      resources.map(({ key, ics }) => {
        const { spans = [], failure } = answer(readResource(ics, this.zone), { kind: 'spans' });
        return [key, failure && spans.length === 0 ? failure : spans];
      }),
    );
  }

  async occurrences(
    resources: readonly IcsText[],
    window: TimeWindow,
    limit: number,
  ): Promise<OccurrenceBatch> {
    this.read += resources.length;
    const found: OccurrenceBatch['found'][number][] = [];
    const failures = new Map<string, ReadFailure>();
    for (const { key, ics } of resources) {
      const question = { kind: 'occurrences', window, limit } as const;
      const { occurrences = [], failure } = answer(readResource(ics, this.zone), question);
      for (const occurrence of occurrences) found.push({ key, occurrence });
      if (failure) failures.set(key, failure);
    }
    return { found, failures };
  }

  async event({ ics }: IcsText, key: OccurrenceKey | undefined): Promise<EventReading | ReadFailure> {
    const resource = readResource(ics, this.zone);
    return eventAt(resource, key) ?? resource.failures[0] ?? unread;
  }
}
