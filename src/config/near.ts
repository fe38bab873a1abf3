/**
 * The known names a mistyped one may have meant, nearest first, at most three. Upper and lower case,
 * `-`, `_` and a space make no difference; a third of the letters may be wrong, or the end may be missing.
 */
export function nearest(name: string, known: readonly string[]): string[] {
  const typed = normal(name).slice(0, 64);
  const near = known
    .map((candidate) => ({ candidate, distance: distanceTo(normal(candidate), typed) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  const best = near[0]?.distance ?? 0;
  return near
    .filter(({ distance }) => distance <= best + 1)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

function distanceTo(candidate: string, typed: string): number {
  const unfinished = typed.length >= 3 && candidate.startsWith(typed);
  return unfinished ? Math.min(1, candidate.length - typed.length) : editDistance(typed, candidate);
}

/** `did you mean a or b?` with a space in front, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  return suggestion(nearest(name, known));
}

/** The same of names that were found otherwise. */
export function suggestion(near: readonly string[]): string {
  return near.length > 0 ? ` (did you mean ${near.join(' or ')}?)` : '';
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}

function normal(name: string): string {
  return name.toLowerCase().replaceAll(/[- ]/gu, '_');
}
