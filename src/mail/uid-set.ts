/** UIDs as IMAP writes many of them, with ranges for those side by side (`1:3,7`); empty for none. */
export function uidSet(uids: Iterable<number>): string {
  const ranges: [first: number, last: number][] = [];
  for (const uid of [...uids].sort((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range && uid <= range[1] + 1) range[1] = uid;
    else ranges.push([uid, uid]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}:${last}`)).join(',');
}
