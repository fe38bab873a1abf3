import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type BodyEvents, messageBody } from '../../../src/connections/smtp/body.ts';

const raw = Buffer.from(Uint8Array.from({ length: 150_000 }, (_, at) => at % 251));

/** A message on its way, and what was told of it in between. */
function body(bytes: Uint8Array, changes: Partial<BodyEvents> = {}, clearance = Promise.resolve()) {
  const told: string[] = [];
  const events: BodyEvents = {
    started: () => told.push('started'),
    progress: () => told.push('progress'),
    complete: () => told.push('complete'),
    ...changes,
  };
  return { told, stream: messageBody(bytes, events, clearance) };
}

test.each([
  [150_000, [65_536, 65_536, 18_928]],
  [1, [1]],
  [0, []],
])(
  'a message of %i bytes is handed out whole, piece by piece between its start and its end',
  async (size, sizes) => {
    const message = raw.subarray(0, size);
    const { told, stream } = body(message);
    const pieces: Buffer[] = [];
    stream.on('data', (piece) => pieces.push(piece));
    await new Promise((resolve) => stream.on('end', resolve));
    expect(Buffer.concat(pieces).equals(message)).toBe(true);
    expect(pieces.map(({ length }) => length)).toEqual(sizes);
    expect(told).toEqual(['started', ...sizes.map(() => 'progress'), 'complete']);
  },
);

test('when its end must not be handed out the stream breaks with the reason', async () => {
  const reason = new Error('answered early');
  const { stream } = body(raw, {
    complete: () => {
      throw reason;
    },
  });
  let ended = false;
  stream.on('end', () => {
    ended = true;
  });
  const broken = new Promise((resolve) => stream.on('error', resolve));
  stream.resume();
  expect(await broken).toBe(reason);
  expect(ended).toBe(false);
});

test('without clearance nothing begins, and what was given up meanwhile does not begin with it', async () => {
  const refused = body(raw, {}, Promise.reject(new Error('sent before')));
  refused.stream.resume();
  await turn();
  expect([refused.told, refused.stream.destroyed]).toEqual([[], true]);
  let clear = () => {};
  const late = new Promise<void>((resolve) => {
    clear = resolve;
  });
  const abandoned = body(raw, {}, late);
  abandoned.stream.resume();
  await turn();
  expect(abandoned.told).toEqual([]);
  abandoned.stream.destroy();
  clear();
  await turn();
  expect(abandoned.told).toEqual([]);
});

test('the end is not reached before the last byte has been taken', async () => {
  const { told, stream } = body(raw.subarray(0, 1));
  await new Promise<void>((resolve) => stream.once('readable', () => resolve()));
  await turn();
  expect(told).toEqual(['started', 'progress']);
  stream.resume();
  await new Promise((resolve) => stream.on('end', resolve));
  expect(told).toContain('complete');
});
