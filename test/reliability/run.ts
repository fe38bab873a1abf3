import { parseArgs } from 'node:util';
import { lastLine, type Row, rowOf, rowText } from './scorecard.ts';
import { sections } from './sections.ts';

/**
 * `npm run reliability -- [--only A1,B5] [--budget seconds] [--seed n]`: the whole scorecard through the built server.
 * The budget is for each row: cases without end (every byte, soak, fuzz) use it up, the others end earlier.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    budget: { type: 'string', default: '120' },
    seed: { type: 'string', default: '42' },
  },
});

const wanted = values.only?.split(',').map((id) => id.trim().toUpperCase());
const all = Object.values(sections).flat();
const unknown = wanted?.filter((id) => !all.some((scored) => scored.id === id)) ?? [];
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. There are ${all.map(({ id }) => id).join(' ')}.`);
  process.exit(2);
}
const effort = { budgetMs: Number(values.budget) * 1000, seed: Number(values.seed) };
const rows: Row[] = [];
for (const scored of all) {
  if (wanted && !wanted.includes(scored.id)) continue;
  const row = await rowOf(scored, effort);
  rows.push(row);
  console.log(rowText(row));
}
console.log(`\n${lastLine(rows)}`);
process.exit(rows.every(({ held }) => held) ? 0 : 1);
