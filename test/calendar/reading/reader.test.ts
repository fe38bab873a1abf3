import { afterEach, expect, test } from 'vitest';
import { Reader } from '../../../src/calendar/reading/reader.ts';
import { berlin, calendar, event } from './fixtures.ts';

const readers: Reader[] = [];
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.close();
});

function open(options = {}): Reader {
  const reader = new Reader(berlin, options);
  readers.push(reader);
  return reader;
}

const soon = () => AbortSignal.timeout(18_000);
const june = { from: Date.parse('2026-06-01T00:00:00+02:00'), to: Date.parse('2026-07-01T00:00:00+02:00') };
const good = (key: string, hour = '08') => ({
  key,
  ics: calendar(event(`UID:${key}`, `DTSTART:20260601T${hour}0000Z`)),
});
const broken = (key: string) => ({ key, ics: calendar(event('DTSTART:soon')) });
/** Four million lines: more than the thread may hold, or than anybody waits for. */
const harmful = (key: string) => ({
  key,
  ics: calendar(event('DTSTART:20260601T080000Z', 'X:\r\n'.repeat(3_900_000))),
});

test('spans, occurrences and one event come back by key, broken ones as failures beside them', async () => {
  const reader = open();
  const resources = [good('a'), broken('b'), good('c')];
  const spans = await reader.spans(resources, soon());
  expect(spans.get('a')).toMatchObject([{ uid: 'a', recurring: false }]);
  expect(spans.get('b')).toMatchObject({ code: 'invalid_input' });
  const { found, failures } = await reader.occurrences(resources, june, 10, soon());
  expect(found.map(({ key, occurrence }) => [key, occurrence.view.uid])).toEqual([
    ['a', 'a'],
    ['c', 'c'],
  ]);
  expect([...failures.keys()]).toEqual(['b']);
  expect(await reader.event(good('a'), undefined, soon())).toMatchObject({ event: { view: { uid: 'a' } } });
  expect(await reader.event(broken('b'), undefined, soon())).toMatchObject({ code: 'invalid_input' });
});

test('a text that changed under its key is read anew', async () => {
  const reader = open();
  const start = async (hour: string) =>
    (await reader.occurrences([good('a', hour)], june, 10, soon())).found.map(
      ({ occurrence }) => occurrence.start,
    );
  expect(await start('08')).toEqual([Date.parse('2026-06-01T08:00:00Z')]);
  expect(await start('08')).toEqual([Date.parse('2026-06-01T08:00:00Z')]);
  expect(await start('11')).toEqual([Date.parse('2026-06-01T11:00:00Z')]);
});

test('what could not be read has the same reason when it is asked for again', async () => {
  // No clock can be made for this zone: reading throws, as it may for what is beyond the stack.
  const reader = new Reader('Moon/Tranquility');
  readers.push(reader);
  const ask = async () => (await reader.occurrences([good('a')], june, 10, soon())).failures.get('a');
  const first = await ask();
  expect(first).toMatchObject({ code: 'unsupported' });
  expect(await ask()).toEqual(first);
});

test('more than the thread keeps is answered all the same, again and again', async () => {
  const reader = open();
  const filler = `DESCRIPTION:${'x'.repeat(90_000)}`;
  const resources = Array.from({ length: 120 }, (_, index) => ({
    key: `${index}`,
    ics: calendar(event(`UID:${index}`, 'DTSTART:20260601T080000Z', filler)),
  }));
  for (let turn = 0; turn < 3; turn += 1) {
    const { found, failures } = await reader.occurrences(resources, june, 10, soon());
    expect([found.length, failures.size]).toEqual([120, 0]);
  }
});

test('a resource with more occurrences than were asked for gives the earliest and says so', async () => {
  const daily = { key: 'd', ics: calendar(event('DTSTART:20260601T080000Z', 'RRULE:FREQ=DAILY')) };
  const { found, failures } = await open().occurrences([daily], june, 3, soon());
  expect(found.map(({ occurrence }) => new Date(occurrence.start).getUTCDate())).toEqual([1, 2, 3]);
  expect(failures.get('d')).toMatchObject({ code: 'unsupported' });
});

test('a resource that kills or hangs the thread is found out and not tried again; the others are answered', async () => {
  const reader = open({ stuckMs: 2_000 });
  const resources = [good('a'), harmful('h'), good('c')];
  const spans = await reader.spans(resources, soon());
  expect(spans.get('h')).toMatchObject({ code: 'timeout' });
  expect([spans.get('a'), spans.get('c')]).toMatchObject([[{ uid: 'a' }], [{ uid: 'c' }]]);
  const begin = performance.now();
  const again = await reader.occurrences([harmful('other key'), good('c')], june, 10, soon());
  expect([again.found.length, again.failures.get('other key')?.code]).toEqual([1, 'timeout']);
  expect(performance.now() - begin).toBeLessThan(1_500);
}, 60_000);

test('a call that is cancelled ends at once, and the next is answered', async () => {
  const reader = open();
  const controller = new AbortController();
  const many = Array.from({ length: 3_000 }, (_, index) => good(`${index}`));
  const call = reader.spans(many, controller.signal);
  controller.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  await expect(reader.spans([good('a')], controller.signal)).rejects.toThrow('enough');
  expect((await reader.spans([good('a')], soon())).size).toBe(1);
});

test('calls at the same time do not mix their answers', async () => {
  const reader = open();
  const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
  const answers = await Promise.all(keys.map((key) => reader.occurrences([good(key)], june, 10, soon())));
  expect(answers.map(({ found }) => found.map(({ key, occurrence }) => [key, occurrence.view.uid]))).toEqual(
    keys.map((key) => [[key, key]]),
  );
});

test('an idle thread is ended, and what is asked later is answered by a new one', async () => {
  const reader = open({ idleMs: 50 });
  expect((await reader.occurrences([good('a')], june, 10, soon())).found).toHaveLength(1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await reader.occurrences([good('a')], june, 10, soon())).found).toHaveLength(1);
});

test('closed while it works, it blames no resource', async () => {
  const reader = open();
  await reader.spans([good('a')], soon());
  const call = reader.spans([harmful('h')], soon());
  const outcome = expect(call).rejects.toMatchObject({ code: 'unavailable' });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await reader.close();
  await outcome;
}, 40_000);
