import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SpareTime, type Step } from '../../src/connections/spare-time.ts';
import { createLog } from '../../src/log.ts';

const log = createLog({ level: 'debug', write: () => undefined });

function rig({ idle = true, room = false } = {}) {
  const pool = { idle, room };
  const spareTime = new SpareTime({
    ...{ isIdle: () => pool.idle, hasRoom: () => pool.room, log },
    ...{ pauseMs: 20, graceMs: 50 },
  });
  const begun: string[] = [];
  const step =
    (name: string, ms = 0): Step =>
    async (signal) => {
      begun.push(name);
      await sleep(ms, undefined, { signal });
    };
  return { pool, spareTime, begun, step };
}

test('steps run one after the other once nobody has worked for a moment; a newer plan replaces what waits', async () => {
  const { spareTime, begun, step } = rig();
  spareTime.plan([step('old')]);
  spareTime.plan([step('one', 10), step('two')]);
  expect(begun).toEqual([]);
  await expect.poll(() => begun).toEqual(['one', 'two']);
});

test('while somebody works nothing begins', async () => {
  const { spareTime, begun, step } = rig({ idle: false });
  spareTime.plan([step('one')]);
  await sleep(60);
  expect(begun).toEqual([]);
});

test('who comes waits for the end of a step, then for no other', async () => {
  const { spareTime, begun, step } = rig();
  spareTime.plan([step('one', 30), step('two')]);
  await expect.poll(() => begun, { interval: 2 }).toEqual(['one']);
  await Promise.all([spareTime.giveWay(), spareTime.giveWay()]);
  await sleep(40);
  expect(begun).toEqual(['one']);
});

test('a step that takes longer than its grace is ended; where there is room nobody waits for it', async () => {
  const { pool, spareTime, begun, step } = rig();
  spareTime.plan([step('long', 60_000)]);
  await expect.poll(() => begun, { interval: 2 }).toEqual(['long']);
  pool.room = true;
  const started = performance.now();
  await spareTime.giveWay();
  expect(performance.now() - started).toBeLessThan(30);
  pool.room = false;
  await spareTime.giveWay();
  expect(performance.now() - started).toBeLessThan(1_000);
  spareTime.plan([step('next')]);
  await expect.poll(() => begun).toEqual(['long', 'next']);
});

test('after the end nothing begins and nothing goes on', async () => {
  const { spareTime, begun, step } = rig();
  let ended: unknown;
  spareTime.plan([
    (signal) =>
      step(
        'long',
        60_000,
      )(signal).catch((error) => {
        ended = error;
      }),
  ]);
  await expect.poll(() => begun, { interval: 2 }).toEqual(['long']);
  spareTime.close();
  await expect.poll(() => ended).toBeDefined();
  spareTime.plan([step('late')]);
  await sleep(60);
  expect(begun).toEqual(['long']);
});

test('a step that fails ends its plan, and the next plan is carried out', async () => {
  const { spareTime, begun, step } = rig();
  spareTime.plan([() => Promise.reject(new Error('refused')), step('never')]);
  await sleep(60);
  spareTime.plan([step('next')]);
  await expect.poll(() => begun).toEqual(['next']);
});
