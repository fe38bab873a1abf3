import type { Result, Verdict } from './session.ts';

const columns = [
  'task',
  'server',
  'trips',
  'kB down',
  'connections',
  'tokens',
  'ms',
  'right, or what is wrong',
] as const;
const maxFindings = 3;

/** Task by task, one line for each server. */
export function formatPeers(results: readonly Result[]): string {
  const tasks = [...new Set(results.map(({ task }) => task))];
  const rows = tasks.flatMap((task) =>
    results
      .filter((result) => result.task === task)
      .map((result, index) => [index === 0 ? task : '', ...cellsOf(result)]),
  );
  const cells = [[...columns], ...rows];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  // The last column is as long as it is.
  widths[widths.length - 1] = columns.at(-1)?.length ?? 0;
  const lines = cells.map((row) =>
    row.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join(' | '),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('-|-'));
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** How often each server was right, of what it offers. */
export function formatScores(results: readonly Result[]): string {
  const servers = [...new Set(results.map(({ server }) => server))];
  return servers
    .map((server) => {
      const tried = results.filter((row) => row.server === server && row.verdict.kind !== 'unclaimed');
      const count = (kind: Verdict['kind']) => tried.filter(({ verdict }) => verdict.kind === kind).length;
      return `${server}: ${count('right')} of ${tried.length} right, ${count('wrong')} wrong, ${count('failed')} failed`;
    })
    .join('\n');
}

function cellsOf({ server, verdict, cost }: Result): string[] {
  const number = (value: number) => Math.round(value).toLocaleString('en');
  const numbers = cost
    ? [
        number(cost.roundTrips),
        (cost.bytesDown / 1000).toLocaleString('en', { maximumFractionDigits: 1 }),
        number(cost.connections),
        number(cost.tokens),
        number(cost.ms),
      ]
    : ['', '', '', '', ''];
  return [server, ...numbers, sayVerdict(verdict)];
}

function sayVerdict(verdict: Verdict): string {
  if (verdict.kind === 'right') return 'right';
  if (verdict.kind === 'unclaimed') return '-';
  if (verdict.kind === 'failed') return `FAILED: ${verdict.reason}`;
  const shown = verdict.findings.slice(0, maxFindings);
  const more = verdict.findings.length - shown.length;
  return `WRONG: ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

/** Text to the left, numbers to the right. */
function pad(cell: string, width: number, column: number): string {
  const isNumber = column >= 2 && column <= 6;
  return isNumber ? cell.padStart(width) : cell.padEnd(width);
}
