import { expect, test } from 'vitest';
import { errorCodes, MailboxError } from '../../src/domain/errors.ts';
import { OwnWrites } from '../../src/domain/own-writes.ts';
import { askOrRecall, staleField } from '../../src/domain/stale.ts';

const signal = AbortSignal.timeout(5_000);
const fails = (error: unknown) => async (): Promise<string> => {
  throw error;
};
/** Ends only with its signal, as a request to a server that says nothing. */
const silence = (limited: AbortSignal) =>
  new Promise<string>((_, reject) =>
    limited.addEventListener('abort', () => reject(limited.reason), { once: true }),
  );

test.each(errorCodes)('after %s the memory speaks only if the server was away or silent', async (code) => {
  const ask = fails(new MailboxError(code, 'No.'));
  const answer = askOrRecall({ signal, ask, recall: () => 'remembered' });
  if (code === 'unavailable' || code === 'timeout') expect(await answer).toBe('remembered');
  else await expect(answer).rejects.toMatchObject({ code });
});

test('a certificate that does not fit is told, whatever is remembered', async () => {
  const error = new MailboxError('unavailable', 'It did not prove its identity.', { retryable: false });
  await expect(askOrRecall({ signal, ask: fails(error), recall: () => 'remembered' })).rejects.toBe(error);
});

test('with nothing to recall the server has all the time of the call, and its error is told', async () => {
  const late = async () => {
    await new Promise((resolve) => setTimeout(resolve, 60));
    return 'fresh';
  };
  expect(await askOrRecall({ signal, ask: late, recall: () => undefined, patienceMs: 10 })).toBe('fresh');
  const error = new MailboxError('unavailable', 'Away.');
  await expect(askOrRecall({ signal, ask: fails(error), recall: () => undefined })).rejects.toBe(error);
});

test('a silent server is waited for so long and no longer; one that has answered something is not hurried', async () => {
  const started = performance.now();
  expect(await askOrRecall({ signal, ask: silence, recall: () => 'remembered', patienceMs: 50 })).toBe(
    'remembered',
  );
  expect(performance.now() - started).toBeLessThan(1_000);
  const slow = async (limited: AbortSignal, answered: () => void) => {
    answered();
    await new Promise((resolve) => setTimeout(resolve, 100));
    limited.throwIfAborted();
    return 'fresh';
  };
  expect(await askOrRecall({ signal, ask: slow, recall: () => 'remembered', patienceMs: 50 })).toBe('fresh');
});

test('a call that is cancelled gets no answer from memory', async () => {
  const reason = new MailboxError('timeout', 'The call was cancelled by the client.');
  const controller = new AbortController();
  const answer = askOrRecall({ signal: controller.signal, ask: silence, recall: () => 'remembered' });
  controller.abort(reason);
  await expect(answer).rejects.toBe(reason);
});

test('what became untrue while the server was asked is not given', async () => {
  const writes = new OwnWrites();
  const seen = writes.moment(0);
  const recall = () => (writes.noneSince(seen) ? 'remembered' : undefined);
  const answer = askOrRecall({ signal, ask: silence, recall, patienceMs: 50 });
  void writes.during(async () => undefined);
  await expect(answer).rejects.toMatchObject({ code: 'timeout' });
});

test('a write counts when it begins, when it ends and when it fails', async () => {
  const told: string[] = [];
  const writes = new OwnWrites(() => told.push('over'));
  const before = writes.moment(0);
  const running = writes.during(() => Promise.reject(new Error('half-way')));
  const meanwhile = writes.moment(0);
  expect(writes.noneSince(before)).toBe(false);
  await expect(running).rejects.toThrow('half-way');
  expect(writes.noneSince(meanwhile)).toBe(false);
  expect(writes.noneSince(writes.moment(0))).toBe(true);
  expect(told).toEqual(['over']);
});

test('the mark tells the time in the zone of the user, and a fresh answer has none', () => {
  expect(staleField(Date.parse('2026-06-10T10:00:00Z'), 'Europe/Berlin')).toEqual({
    stale: { since: '2026-06-10T12:00:00+02:00' },
  });
  expect(staleField(undefined, 'Europe/Berlin')).toEqual({});
});
