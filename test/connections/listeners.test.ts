import { EventEmitter, getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { allAnswered, type Running } from '../../src/connections/imap/running.ts';
import { abortable } from '../../src/domain/abortable.ts';
import { message, SmtpRig } from './smtp/rig.ts';

/** What Node warned of so far. */
function warnings(): string[] {
  const told: string[] = [];
  const onWarning = ({ message: text }: Error) => told.push(text);
  process.on('warning', onWarning);
  onTestFinished(() => {
    process.off('warning', onWarning);
  });
  return told;
}

test('as many waits as a call has parts hang on its signal without a warning, and none stays', async () => {
  const told = warnings();
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 40 }, () => abortable(sleep(5), { signal })));
  await sleep(0);
  expect(told).toEqual([]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('mail after mail on one signal leaves nothing behind on it', async () => {
  const rig = await SmtpRig.start();
  const smtp = rig.smtp();
  const { signal } = new AbortController();
  for (let mail = 0; mail < 3; mail++) await smtp.submit(message(), signal);
  expect(rig.accepted).toBe(3);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('waiting for late answers leaves nothing behind on the connection, however it ends', async () => {
  const connection = new EventEmitter();
  const running = () => ({ done: [false] }) as unknown as Running;
  const answered = running();
  const waits = [
    allAnswered(answered, connection, 1000),
    allAnswered(running(), connection, 5),
    expect(allAnswered(running(), connection, 1000)).rejects.toThrow('closed'),
  ];
  answered.allDone?.();
  await waits[0];
  await waits[1];
  expect(connection.listenerCount('close')).toBe(1);
  connection.emit('close');
  await waits[2];
  expect(connection.listenerCount('close')).toBe(0);
});
