import { expect, test } from 'vitest';
import { MailboxError } from '../../src/domain/errors.ts';
import { createRunning } from '../../src/server/running.ts';

const never = () => new Promise<never>(() => undefined);
const idle = () => new AbortController().signal;

/** Work that ends when its signal does, with what a library would throw. */
function obedient(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
  });
}

test('work that ends by itself gives its result, or its error', async () => {
  const running = createRunning({});
  await expect(running.run(idle(), async () => 7)).resolves.toBe(7);
  await expect(running.run(idle(), () => Promise.reject(new Error('x')))).rejects.toThrow('x');
});

test('work that hangs ends at the deadline, and after the grace even when it ignores its signal', async () => {
  const running = createRunning({ deadlineMs: 20, graceMs: 20 });
  for (const work of [obedient, never]) {
    await expect(running.run(idle(), work)).rejects.toMatchObject({ code: 'timeout', retryable: true });
  }
});

test('the hint after the deadline is that of the work', async () => {
  const running = createRunning({ deadlineMs: 10, graceMs: 10 });
  await expect(running.run(idle(), never, 'One calendar.')).rejects.toMatchObject({ hint: 'One calendar.' });
});

test('work that has something to show at the deadline may show it', async () => {
  const running = createRunning({ deadlineMs: 20, graceMs: 1_000 });
  const partial = running.run(idle(), async (signal) => {
    await obedient(signal).catch(() => undefined);
    return 'partial';
  });
  await expect(partial).resolves.toBe('partial');
});

test('what the work itself says about its end wins over the reason', async () => {
  const running = createRunning({ deadlineMs: 10, graceMs: 1_000 });
  const work = async (signal: AbortSignal) => {
    await obedient(signal).catch(() => undefined);
    throw new MailboxError('unknown_outcome', 'The message may have been sent.');
  };
  await expect(running.run(idle(), work)).rejects.toMatchObject({ code: 'unknown_outcome' });
});

test('a cancellation by the client reaches the work, also one that came before it began', async () => {
  const running = createRunning({ graceMs: 10 });
  const client = new AbortController();
  const call = running.run(client.signal, obedient);
  client.abort();
  await expect(call).rejects.toMatchObject({ message: 'The call was cancelled by the client.' });
  await expect(running.run(client.signal, never)).rejects.toMatchObject({ code: 'timeout' });
});

test('stop ends what runs and what comes later, and waits until it is over', async () => {
  const running = createRunning({ graceMs: 10 });
  const ends: string[] = [];
  const calls = [obedient, never].map((work) =>
    running.run(idle(), work).catch((error: MailboxError) => ends.push(error.code)),
  );
  await running.stop();
  expect(ends).toEqual(['unavailable', 'unavailable']);
  await Promise.all(calls);
  await expect(running.run(idle(), never)).rejects.toMatchObject({ code: 'unavailable' });
});
