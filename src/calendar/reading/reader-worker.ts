import { type Progress, serveJobs } from '../../content/worker/job-server.ts';
import type { ReadFailure } from '../event.ts';
import { answer } from './answer.ts';
import { purpose, type ReaderItem, type ReaderJob, type ReaderResult } from './reader-job.ts';
import { type ReadResource, readResource } from './resource.ts';

/** This very file, which the bundler may have put elsewhere under another name. */
export const workerUrl = import.meta.url;

/** Reading never throws for what a file holds, unless it nests or repeats beyond what the stack bears. */
const intricate: ReadFailure = { code: 'unsupported', reason: 'It is too intricate to be read.' };

function orIntricate<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return otherwise;
  }
}

/** @param zone the user's IANA zone */
function prepare(zone: string) {
  const kept = new Map<number, ReadResource>();
  const read = ({ ics, slot }: ReaderItem): ReadResource => {
    const known = slot === undefined ? undefined : kept.get(slot);
    if (known) return known;
    const resource = orIntricate(() => readResource(ics ?? '', zone), {
      sets: [],
      failures: [intricate],
      lost: [],
    });
    // Also what failed: its text will not be sent again.
    if (slot !== undefined) kept.set(slot, resource);
    return resource;
  };
  return ({ question, items, drop }: ReaderJob, progress: Progress): ReaderResult[] => {
    for (const slot of drop) kept.delete(slot);
    return items.map((item, index) => {
      progress.at(index);
      return orIntricate(() => answer(read(item), question), { failure: intricate });
    });
  };
}

serveJobs(purpose, prepare);
