import type { OccurrenceKey, ReadFailure, Span, TimeWindow } from '../../../src/calendar/event.ts';
import type {
  EventReading,
  IcsText,
  OccurrenceBatch,
  OccurrenceReader,
} from '../../../src/calendar/occurrence-reader.ts';
import { eventAt, occurrencesOf } from '../../../src/calendar/reading/occurrences.ts';
import { readResource } from '../../../src/calendar/reading/resource.ts';
import { spansOf } from '../../../src/calendar/reading/span.ts';

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
        const resource = readResource(ics, this.zone);
        const spans = spansOf(resource);
        const [failure] = resource.failures;
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
    const found = resources.flatMap(({ key, ics }) =>
      occurrencesOf(readResource(ics, this.zone), window, limit).occurrences.map((occurrence) => ({
        key,
        occurrence,
      })),
    );
    return { found, failures: new Map() };
  }

  async event({ ics }: IcsText, key: OccurrenceKey | undefined): Promise<EventReading | ReadFailure> {
    const resource = readResource(ics, this.zone);
    return eventAt(resource, key) ?? resource.failures[0] ?? unread;
  }
}
