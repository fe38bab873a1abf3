import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { letter } from '../support/letters.ts';
import { addressOf, asked, type Name, names, type OpenTwo, openTwo, startTwo } from './rig.ts';

let sandboxes: Record<Name, Sandbox>;
let two: OpenTwo;

beforeAll(async () => {
  sandboxes = await startTwo();
  two = openTwo(sandboxes);
});
afterAll(async () => {
  await two.close();
  await Promise.all(names.map((name) => sandboxes[name].close()));
});

const start = Date.UTC(2026, 0, 1);
let folders = 0;

/**
 * A folder of that name in both accounts with mail that came in these minutes.
 * @param claimed minutes after that its Date says, by turns
 */
function fill(
  minutes: Record<Name, number[]>,
  claimed: readonly number[] = [0],
): { folder: string; expected: string[]; placed: Map<string, number> } {
  folders += 1;
  const folder = `Run ${folders}`;
  const placed = new Map<string, number>();
  for (const name of names) {
    sandboxes[name].store.account(addressOf(name)).create(folder);
    for (const [index, minute] of minutes[name].entries()) {
      const internalDate = new Date(start + minute * 60_000);
      const subject = `${name} ${index}`;
      const claim = claimed[index % claimed.length] ?? 0;
      const date = new Date(internalDate.getTime() + claim * 60_000).toUTCString().replace('GMT', '+0000');
      sandboxes[name].deliver(addressOf(name), folder, letter({ subject, date }), { internalDate });
      placed.set(subject, minute + Math.min(0, claim));
    }
  }
  return { folder, expected: [...placed.keys()].sort(), placed };
}

test('pages over all accounts hold every mail once, newest first, whatever date it claims', async () => {
  const minutes = fc.array(fc.nat({ max: 40 }), { maxLength: 12 });
  const claims = fc.array(fc.constantFrom(0, 0, -30_000_000, -7, 30, 6_000_000), {
    minLength: 1,
    maxLength: 7,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.record({ work: minutes, home: minutes }),
      claims,
      fc.integer({ min: 1, max: 7 }),
      async (of, claimed, limit) => {
        const { folder, expected, placed } = fill(of, claimed);
        const found: { subject: string; date: string }[] = [];
        let cursor: string | undefined;
        do {
          const page = await two.services('all').mail.search({ folder, limit, cursor }, asked());
          expect(page.incomplete).toBeUndefined();
          if (page.nextCursor === undefined) expect(page.emails.length).toBeLessThanOrEqual(limit);
          else expect(page.emails).toHaveLength(limit);
          if (cursor === undefined) expect(page.total ?? expected.length).toBe(expected.length);
          found.push(...page.emails);
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        expect(found.map(({ subject }) => subject).sort()).toEqual(expected);
        const places = found.map(({ subject }) => placed.get(subject) ?? Number.NaN);
        expect(places).toEqual([...places].sort((a, b) => b - a));
      },
    ),
    { numRuns: 25, seed: 20261120 },
  );
}, 60_000);

test('every hit says its account, and what was searched is told of each', async () => {
  const { folder } = fill({ work: [1], home: [2] });
  const page = await two.services('all').mail.search({ folder }, asked());
  expect(page).toMatchObject({
    total: 2,
    emails: [
      { id: expect.stringMatching(/^home:/u), account: 'home', subject: 'home 0' },
      { id: expect.stringMatching(/^work:/u), account: 'work', subject: 'work 0' },
    ],
    searched: [`work:${folder}`, `home:${folder}`],
  });
  const read = await two.services().mail.read({ id: page.emails[0]?.id ?? '' }, asked());
  expect(read.subject).toBe('home 0');
});

test('a cursor goes on only where it came from, without the account being named again', async () => {
  const { folder } = fill({ work: [1, 2, 3], home: [4, 5, 6] });
  const page = async (said: string | undefined, cursor?: string, more = {}) =>
    await two.services(said).mail.search({ folder, limit: 2, cursor, ...more }, asked());
  const { nextCursor: ofAll = '' } = await page('all');
  const { nextCursor: ofHome = '' } = await page('home');
  const subjects = async (said?: string, cursor?: string) =>
    (await page(said, cursor)).emails.map(({ subject }) => subject);
  expect(await subjects('all', ofAll)).toEqual(['home 0', 'work 2']);
  expect(await subjects(undefined, ofAll)).toEqual(['home 0', 'work 2']);
  expect(await subjects('home', ofHome)).toEqual(['home 0']);
  expect(await subjects(undefined, ofHome)).toEqual(['home 0']);
  for (const [said, cursor] of [
    ['home', ofAll],
    ['all', ofHome],
    ['work', ofHome],
    ['all', 'all:nothing'],
  ] as const) {
    await expect(page(said, cursor)).rejects.toMatchObject({ code: 'invalid_input' });
  }
  await expect(page('all', ofAll, { unread: true })).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(page('all', 'all:AAAAAAAAAAAA')).rejects.toMatchObject({ code: 'stale_reference' });
});
