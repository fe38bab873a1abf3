import { expect, test } from 'vitest';
import { type Case, type Effort, Tally } from './case.ts';
import { lastLine, rowOf, rowText } from './scorecard.ts';
import { sections } from './sections.ts';

const effort: Effort = { budgetMs: 1000, seed: 1 };

function scored(id: string, run: Case['run']): Case {
  return { id, title: `case ${id}`, run };
}

test('a case holds only when something was tried and nothing failed', async () => {
  const held = await rowOf(
    scored('A1', async () => ({ inputs: 3, failures: [] })),
    effort,
  );
  const failed = await rowOf(
    scored('A2', async () => ({ inputs: 3, failures: ['byte 7: hung'] })),
    effort,
  );
  const empty = await rowOf(
    scored('A3', async () => ({ inputs: 0, failures: [] })),
    effort,
  );
  const broken = await rowOf(
    scored('A4', async () => {
      throw new Error('no server');
    }),
    effort,
  );
  expect([held, failed, empty, broken].map((row) => row.held)).toEqual([true, false, false, false]);
  expect(rowText(failed)).toContain('NOT HELD');
  expect(rowText(failed)).toContain('byte 7: hung');
  expect(rowText(broken)).toContain('no server');
});

test('the last line adds up held rows, lies and corpora', async () => {
  const rows = [
    await rowOf(
      scored('C1', async () => ({ inputs: 9, failures: [], scores: { oracle: { right: 9, of: 9 } } })),
      effort,
    ),
    await rowOf(
      scored('B8', async (given) => {
        const tally = new Tally(given);
        tally.count('one.eml', undefined);
        tally.count('two.eml', 'took 4 s');
        tally.mislabelled('two.eml', 'sent, and was not');
        return tally.outcome({ scores: { 'mail corpus': { right: 1, of: 2 } } });
      }),
      effort,
    ),
  ];
  expect(lastLine(rows)).toBe(
    'reliability: 1/2 held, wrong labels 1, oracle 9/9, mail corpus 1/2, ics corpus 0/0, injection 0/0',
  );
});

test('no case is there twice, and each stands in its section', () => {
  const letters = { sending: 'A', mailbox: 'B', calendar: 'C', security: 'D', running: 'E' };
  const ids = Object.values(sections).flatMap((cases) => cases.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  for (const [section, letter] of Object.entries(letters)) {
    for (const { id } of sections[section] ?? []) expect(id).toMatch(new RegExp(`^${letter}\\d+$`));
  }
});
