/**
 * A line that was open before may have died without a word: no packet says so. What is asked on it must be answered in this
 * time, if only by a byte; otherwise it counts as lost, and what may be asked again is asked on a new line with all
 * patience. Longer than lost packets delay an answer, shorter than the ten seconds after which memory stands in.
 */
export const firstWordMs = 7000;
/**
 * Before a change on IMAP, which can neither be asked again nor left in doubt, a line silent for longer than this is proven
 * alive: that costs a round trip; a look has mostly just proven it.
 */
export const beforeChangeMs = 500;

/** The work, or a rejection when not a byte has come within `firstWordMs`. @param received bytes so far */
export async function unlessSilent<T>(
  work: Promise<T>,
  received: () => number,
  lost: () => Error,
): Promise<T> {
  const before = received();
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      if (received() === before) reject(lost());
    }, firstWordMs);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}
