/**
 * Tells what the process has grown by since, in bytes, without what this very thread took meanwhile: the memory of
 * other threads, whose buffers lie outside of the heaps that have a limit.
 */
export function growthMeter(): () => number {
  const before = process.memoryUsage.rss();
  const ownBefore = own();
  return () => process.memoryUsage.rss() - before - Math.max(0, own() - ownBefore);
}

function own(): number {
  const { heapTotal, external } = process.memoryUsage();
  return heapTotal + external;
}
