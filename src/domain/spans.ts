/** A piece of time; epoch ms. */
export interface Span {
  from: number;
  /** Exclusive. */
  to: number;
}

/** Overlapping and touching spans made one; empty ones gone. */
export function union(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const { from, to } of spans.filter((span) => span.from < span.to).sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

/** Both sorted and apart. */
export function subtract(spans: readonly Span[], holes: readonly Span[]): Span[] {
  const left: Span[] = [];
  let at = 0;
  for (const { from, to } of spans) {
    let begin = from;
    while ((holes[at]?.to ?? Number.POSITIVE_INFINITY) <= from) at += 1;
    for (let next = at; next < holes.length; next += 1) {
      const hole = holes[next];
      if (!hole || hole.from >= to) break;
      if (hole.from > begin) left.push({ from: begin, to: hole.from });
      begin = Math.max(begin, hole.to);
    }
    if (begin < to) left.push({ from: begin, to });
  }
  return left;
}

/** What two lists have in common; both sorted and apart. */
export function intersection(spans: readonly Span[], others: readonly Span[]): Span[] {
  return subtract(spans, subtract(spans, others));
}
