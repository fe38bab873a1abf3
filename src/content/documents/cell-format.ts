/** What a number format does to a number, as far as reading needs it. */
export type CellFormat = 'number' | 'percent' | 'date' | 'time' | 'date-time';

/** Built-in formats (ECMA-376 part 1, §18.8.30); 27-36 and 50-58 are dates in East Asian editions. */
const builtIn: readonly (readonly [number, number, CellFormat])[] = [
  [9, 10, 'percent'],
  [14, 17, 'date'],
  [18, 21, 'time'],
  [22, 22, 'date-time'],
  [27, 36, 'date'],
  [45, 47, 'time'],
  [50, 58, 'date'],
];

/** The kind of a format: a code such as `dd.mm.yyyy hh:mm` where the workbook defines one, else by its id. */
export function cellFormat(id: number, code: string | undefined): CellFormat {
  if (code === undefined) return builtIn.find(([from, to]) => id >= from && id <= to)?.[2] ?? 'number';
  // Literals, escapes, colours and locales may hold any letter; `[h]` and `[mm]` are elapsed time.
  const letters =
    code
      .toLowerCase()
      .slice(0, 255)
      .replace(/"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]/gu, '')
      .split(';')[0] ?? '';
  if (letters.includes('general')) return 'number';
  const hasDate = /[yd]/u.test(letters);
  const hasTime = /[hs]/u.test(letters);
  if (hasDate && hasTime) return 'date-time';
  if (hasDate || /m/u.test(letters)) return hasTime ? 'time' : 'date';
  if (hasTime) return 'time';
  return letters.includes('%') ? 'percent' : 'number';
}

/** A stored number as text: `2026-03-28 10:00`, `19%`, `0.3` instead of `0.30000000000000004`. */
export function formatCell(value: string, format: CellFormat, date1904: boolean): string {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) return value;
  if (format === 'number') return shortNumber(number);
  if (format === 'percent') return `${shortNumber(number * 100)}%`;
  return serialDate(number, format, date1904) ?? shortNumber(number);
}

/** Excel shows 15 digits; the rest is noise of binary fractions. */
function shortNumber(value: number): string {
  return String(Number(value.toPrecision(15)));
}

/** Days since 1899-12-30, or since 1904-01-01; before March 1900 Excel counts a day that never was. */
function serialDate(serial: number, format: CellFormat, date1904: boolean): string | undefined {
  if (serial < 0 || serial >= 2_958_466) return undefined;
  if (format === 'time' && serial >= 1) return elapsed(serial);
  const epoch = date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30);
  const iso = new Date(Math.round((epoch + serial * 86_400_000) / 1000) * 1000).toISOString();
  const time = iso.slice(11, 19).replace(/:00$/u, '');
  if (format === 'time' || (serial < 1 && !date1904)) return time;
  return format === 'date-time' ? `${iso.slice(0, 10)} ${time}` : iso.slice(0, 10);
}

/** More than a day is a sum of hours: `37:30`. */
function elapsed(serial: number): string {
  const minutes = Math.round(serial * 1440);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}
