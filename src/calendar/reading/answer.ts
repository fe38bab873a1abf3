import type { ReadFailure } from '../event.ts';
import { eventAt, occurrencesOf } from './occurrences.ts';
import type { Question, ReaderResult } from './reader-job.ts';
import type { ReadResource } from './resource.ts';
import { spansOf } from './span.ts';

/** For the rules of one resource; what ends by itself in time needs no thread to be stopped. */
const maxMs = 1_000;

/** What one resource says to a question; the same in a thread or without. */
export function answer(resource: ReadResource, question: Question): ReaderResult {
  const { failures } = resource;
  const failure = joined(failures);
  if (question.kind === 'spans') return { spans: spansOf(resource), ...(failure && { failure }) };
  if (question.kind === 'event') {
    const event = eventAt(resource, question.occurrence);
    return { ...(event && { event }), ...(failure && { failure }) };
  }
  const end = performance.now() + maxMs;
  const deadline = () => performance.now() > end;
  const { window, limit } = question;
  const { occurrences, complete, unknownFrom } = occurrencesOf(resource, window, limit, deadline);
  const reason = complete ? failure : joined([cutFailure(deadline()), ...failures]);
  const known = unknownFrom === undefined ? {} : { unknownFrom };
  return { occurrences, ...(reason && { failure: { ...reason, ...known } }) };
}

function cutFailure(late: boolean): ReadFailure {
  return late
    ? { code: 'timeout', reason: 'Its rule takes too long to follow; later occurrences are missing.' }
    : { code: 'unsupported', reason: 'It has more occurrences than can be listed; later ones are missing.' };
}

function joined(failures: readonly ReadFailure[]): ReadFailure | undefined {
  const [first] = failures;
  return (
    first && {
      code: first.code,
      reason: failures
        .map(({ reason }) => reason)
        .join(' ')
        .slice(0, 500),
    }
  );
}
