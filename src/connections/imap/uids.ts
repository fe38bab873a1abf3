const maxUid = 0xffffffff;

/** A UID or UIDVALIDITY: 1 to 2^32 - 1 (nz-number, RFC 9051 §9); undefined for anything else. */
export function nzNumber(text: string | undefined): number | undefined {
  const number = /^\d{1,10}$/u.test(text ?? '') ? Number(text) : 0;
  return number > 0 && number <= maxUid ? number : undefined;
}

/**
 * The UIDs of a set such as `4,7:9`, in its order; a range may run backwards (RFC 9051 §9, seq-range).
 * @returns undefined when it is no set of UIDs or holds more than `most`: a few bytes can stand for four billion.
 */
export function uidsOf(set: string, most: number): number[] | undefined {
  const uids: number[] = [];
  for (const range of set.split(',')) {
    const ends = range.split(':').map(nzNumber);
    const [first, last] = [ends[0], ends.at(-1)];
    if (first === undefined || last === undefined || ends.length > 2) return undefined;
    if (uids.length + Math.abs(last - first) + 1 > most) return undefined;
    const step = first <= last ? 1 : -1;
    for (let uid = first; uid !== last + step; uid += step) uids.push(uid);
  }
  return uids;
}
