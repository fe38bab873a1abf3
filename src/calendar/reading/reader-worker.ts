import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { ReadFailure } from '../event.ts';
import { answer } from './answer.ts';
import type { ReaderAnswer, ReaderJob, ReaderTask } from './reader-job.ts';
import { type ReadResource, readResource } from './resource.ts';

/** This very file, which the bundler may have put elsewhere under another name. */
export const workerUrl = import.meta.url;

/** Until it has begun, nothing of a job hangs. */
const notBegun = -1;

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

function serve(port: MessagePort, { zone, progress }: ReaderTask): void {
  const kept = new Map<number, ReadResource>();
  const at = new Int32Array(progress);
  const read = ({ ics, slot }: ReaderJob['items'][number]): ReadResource => {
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
  const send = (message: ReaderAnswer) => port.postMessage(message);
  port.on('message', ({ question, items, drop }: ReaderJob) => {
    for (const slot of drop) kept.delete(slot);
    const results = items.map((item, index) => {
      Atomics.store(at, 0, index);
      return orIntricate(() => answer(read(item), question), { failure: intricate });
    });
    Atomics.store(at, 0, notBegun);
    send({ results });
  });
  send({ results: [] });
}

function isReaderTask(data: unknown): data is ReaderTask {
  return typeof data === 'object' && data !== null && 'task' in data && data.task === 'read-calendar';
}

if (parentPort && isReaderTask(workerData)) serve(parentPort, workerData);
