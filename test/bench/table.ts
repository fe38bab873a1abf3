/** One promise and what became of it. */
export interface Row {
  work: string;
  reach: string;
  measured: string;
  held: boolean;
}

/** A row whose number must not exceed a limit; `unit` follows both numbers. */
export function atMost(work: string, limit: number, measured: number, unit: string, detail = ''): Row {
  const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 });
  const remark = detail && ` (${detail})`;
  return {
    work,
    reach: `<= ${number(limit)} ${unit}`,
    measured: `${number(measured)} ${unit}${remark}`,
    held: measured <= limit,
  };
}

export function formatTable(rows: readonly Row[]): string {
  const cells = [
    ['work', 'reach', 'measured', 'held'],
    ...rows.map(({ work, reach, measured, held }) => [work, reach, measured, held ? 'yes' : 'NO']),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(' | ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('-|-'));
  return lines.join('\n');
}
