import { expect, test } from 'vitest';
import type { Case } from './case.ts';
import { rowOf, rowText } from './scorecard.ts';

/** What of a row fits into `npm test`. */
const quick = { budgetMs: 6_000, seed: 42 };

/** A test for each case of a section, with little time. */
export function testSection(cases: readonly Case[]): void {
  test.each(cases.map((scored) => [scored.id, scored.title, scored] as const))(
    '%s holds: %s',
    async (_id, _title, scored) => {
      const row = await rowOf(scored, quick);
      expect(row.outcome.failures, rowText(row)).toEqual([]);
      expect(row.held, rowText(row)).toBe(true);
    },
    120_000,
  );
}
