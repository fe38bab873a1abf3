import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { GraceTimes } from '../../src/accounts/grace.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { letter } from '../support/letters.ts';
import { addressOf, asked, blackhole, type Name, names, type OpenTwo, openTwo } from './rig.ts';

/** Work is well; the mail server of home does as a test says. */
let sandboxes: Record<Name, Sandbox>;
let hole: Awaited<ReturnType<typeof blackhole>>;
let fault: Fault | undefined;
let atSearch: Fault | undefined;
const opened: OpenTwo[] = [];

beforeAll(async () => {
  const users = (name: Name) => [{ email: addressOf(name), password: `${name}-pw` }];
  sandboxes = {
    work: await startSandbox({ seed: false, users: users('work') }),
    home: await startSandbox({
      ...{ seed: false, users: users('home') },
      intercept: ({ command }) => (/SEARCH|SORT/u.test(command) ? atSearch : undefined) ?? fault,
    }),
  };
  for (const name of names) sandboxes[name].deliver(addressOf(name), 'INBOX', letter({ subject: name }));
  hole = await blackhole();
});
beforeEach(() => {
  fault = undefined;
  atSearch = undefined;
});
afterAll(async () => {
  await Promise.all(opened.map(({ close }) => close()));
  await Promise.all(names.map((name) => sandboxes[name].close()));
  await hole.close();
});

function open(home: Record<string, string> = {}, grace?: GraceTimes): OpenTwo {
  const two = openTwo(sandboxes, { more: { home }, grace });
  opened.push(two);
  return two;
}

let asks = 0;

/** A search that nobody remembers the answer of. */
async function search(two: OpenTwo, said = 'all') {
  asks += 1;
  const started = performance.now();
  const { emails, incomplete } = await two.services(said).mail.search({ limit: 5 + asks }, asked(40_000));
  const left = incomplete?.map(({ where, code }) => `${where} ${code}`);
  return { found: emails.map(({ subject }) => subject).sort(), left, ms: performance.now() - started };
}

const both = { found: ['home', 'work'], left: undefined };
const withoutHome = { found: ['work'], left: ['home timeout'] };

test('an account that worked and falls silent slows one call down, and is back as soon as it works', async () => {
  const two = open();
  expect(await search(two)).toMatchObject(both);
  fault = 'stall';
  const first = await search(two);
  expect(first).toMatchObject(withoutHome);
  expect(first.ms).toBeLessThan(8_500);
  for (const _ of [1, 2]) {
    const next = await search(two);
    expect(next).toMatchObject(withoutHome);
    expect(next.ms).toBeLessThan(1_500);
  }
});

test('one that works, if slowly, is not left out for longer than it was silent', async () => {
  const two = open();
  await search(two);
  atSearch = { delayMs: 6_500 };
  expect(await search(two)).toMatchObject(withoutHome);
  atSearch = { delayMs: 700 };
  expect(await search(two)).toMatchObject(withoutHome);
  // What was given up has gone on meanwhile, and was answered.
  await sleep(2_500);
  expect(await search(two)).toMatchObject(both);
});

test('an answer to a call for one account alone shows all calls that it is back', async () => {
  const two = open({}, { usualMs: 1_000 });
  await search(two);
  fault = 'stall';
  expect(await search(two)).toMatchObject(withoutHome);
  fault = undefined;
  atSearch = { delayMs: 700 };
  expect(await search(two, 'home')).toMatchObject({ found: ['home'] });
  expect(await search(two)).toMatchObject(both);
});

test('an account whose searches are slow is not left out because reads of it are quick', async () => {
  const two = open();
  const { emails } = await two.services('home').mail.search({ limit: 1 }, asked());
  for (const { id } of Array(6).fill(emails[0])) await two.services().mail.read({ id }, asked());
  atSearch = { delayMs: 2_600 };
  expect(await search(two)).toMatchObject(both);
});

test('a mail that can be read does not show that its account can be searched', async () => {
  const two = open({}, { usualMs: 1_000 });
  const { emails } = await two.services('home').mail.search({ limit: 1 }, asked());
  atSearch = { delayMs: 20_000 };
  expect(await search(two)).toMatchObject(withoutHome);
  for (const { id } of emails) await two.services().mail.read({ id }, asked());
  const next = await search(two);
  expect(next).toMatchObject(withoutHome);
  expect(next.ms).toBeLessThan(1_500);
});

test('that the mail of an account answers says nothing of its calendar server', async () => {
  const two = open({ MAILBOX_CALDAV_URL: `http://127.0.0.1:${hole.port}/` });
  const events = async () => {
    const started = performance.now();
    const week = { start: '2026-11-23', end: '2026-11-27' };
    const { incomplete } = await two.services('all').calendar.getEvents(week, asked(40_000));
    expect(incomplete).toMatchObject([{ where: 'home', code: 'timeout' }]);
    return performance.now() - started;
  };
  expect(await search(two)).toMatchObject(both);
  expect(await events()).toBeLessThan(8_500);
  expect(await search(two)).toMatchObject(both);
  expect(await events()).toBeLessThan(1_500);
});

test('what goes on unheard does not hold up the end', async () => {
  const two = openTwo(sandboxes, { grace: { usualMs: 1_000 } });
  await search(two);
  fault = 'stall';
  await search(two);
  const started = performance.now();
  await two.close();
  expect(performance.now() - started).toBeLessThan(2_000);
});
