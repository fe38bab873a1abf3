import { expect, test } from 'vitest';
import { watchOfAll } from '../../src/accounts/watch-of-all.ts';
import { MailboxError } from '../../src/domain/errors.ts';
import type { WatchPort } from '../../src/domain/watch-port.ts';

/** An inbox whose watch begins when `before` is over. */
function inbox(before: (attempt: number, signal: AbortSignal) => Promise<void> = async () => undefined) {
  const seen = { attempts: 0, standing: 0, change: () => {} };
  const port: WatchPort = {
    async watch(onChange, { signal }) {
      seen.attempts += 1;
      await before(seen.attempts, signal);
      seen.standing += 1;
      seen.change = onChange;
      return {
        stop: async () => {
          seen.standing -= 1;
        },
      };
    },
  };
  return { port, seen };
}

const hang = (_attempt: number, signal: AbortSignal) =>
  new Promise<void>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
const refuse = (code: 'auth_failed' | 'unavailable') => async () => {
  throw new MailboxError(code, `It is ${code}.`);
};
const asked = () => ({ signal: new AbortController().signal });

test('mail in any account is told, and the end ends all of them', async () => {
  const [work, home] = [inbox(), inbox()];
  let told = 0;
  const watch = await watchOfAll([work.port, home.port], { graceMs: 1_000 }).watch(
    () => (told += 1),
    asked(),
  );
  work.seen.change();
  home.seen.change();
  expect(told).toBe(2);
  await watch.stop();
  expect([work.seen.standing, home.seen.standing]).toEqual([0, 0]);
});

test.each([
  ['is refused', refuse('auth_failed')],
  ['cannot be reached', refuse('unavailable')],
  ['does not answer', hang],
])('an account that %s does not hinder the others', async (_name, before) => {
  const [work, home] = [inbox(before), inbox()];
  let told = 0;
  const watch = await watchOfAll([work.port, home.port], { graceMs: 20 }).watch(() => (told += 1), asked());
  home.seen.change();
  expect(told).toBe(1);
  await watch.stop();
  expect(home.seen.standing).toBe(0);
});

test('one that comes back is watched again, and what came meanwhile is told', async () => {
  const work = inbox(async (attempt) => {
    if (attempt === 1) throw new MailboxError('unavailable', 'Away.');
  });
  const home = inbox();
  const back = new Promise<void>((resolve) => {
    void watchOfAll([work.port, home.port], { graceMs: 20, retryMs: 20 }).watch(resolve, asked());
  });
  await back;
  expect(work.seen).toMatchObject({ attempts: 2, standing: 1 });
});

test('where none can begin it is the error of the first, and nothing is left', async () => {
  const [work, home] = [inbox(refuse('unavailable')), inbox(refuse('auth_failed'))];
  const watching = watchOfAll([work.port, home.port], { graceMs: 20, retryMs: 5 }).watch(() => {}, asked());
  await expect(watching).rejects.toMatchObject({ code: 'unavailable' });
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect([work.seen.attempts, home.seen.attempts]).toEqual([1, 1]);
});

test('a start that is cancelled ends for all of them', async () => {
  const [work, home] = [inbox(hang), inbox(hang)];
  const client = new AbortController();
  const watching = watchOfAll([work.port, home.port], { graceMs: 20 }).watch(() => {}, client);
  client.abort(new MailboxError('timeout', 'Cancelled.'));
  await expect(watching).rejects.toMatchObject({ message: 'Cancelled.' });
});
