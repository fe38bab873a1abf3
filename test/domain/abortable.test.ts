import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { abortable } from '../../src/domain/abortable.ts';

test('what fails after nobody waits any more is no error of the process', async () => {
  const stray: unknown[] = [];
  const note = (error: unknown) => void stray.push(error);
  process.on('unhandledRejection', note);
  const failing = sleep(1).then(() => Promise.reject(new Error('late')));
  const given = abortable(failing, { signal: AbortSignal.abort(new Error('taken back')) });
  await expect(given).rejects.toThrow('taken back');
  await sleep(20);
  process.off('unhandledRejection', note);
  expect(stray).toEqual([]);
});
