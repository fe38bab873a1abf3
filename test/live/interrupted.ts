/** When a server does not answer any more; the next run sweeps. */
const longestMs = 60_000;

/**
 * Runs `cleanUp`, then ends this process, when the run is interrupted. Vitest itself ends at once at Ctrl-C; its worker, which
 * this is, hears the signal too, or that nobody is there any more.
 * @returns takes it back
 */
export function whenInterrupted(cleanUp: () => Promise<void>): () => void {
  const events = ['SIGINT', 'SIGTERM', 'disconnect'] as const;
  const interrupted = () => {
    takeBack();
    for (const event of events) process.on(event, () => undefined);
    // Calls under way fail now, and vitest, which can tell nobody any more, would end this process for it.
    process.removeAllListeners('error');
    for (const event of ['error', 'uncaughtException', 'unhandledRejection'])
      process.on(event, () => undefined);
    // Vitest has made process.exit() an error.
    const end = () => process.kill(process.pid, 'SIGKILL');
    setTimeout(end, longestMs);
    void cleanUp().then(end, end);
  };
  const takeBack = () => {
    for (const event of events) process.off(event, interrupted);
  };
  for (const event of events) process.on(event, interrupted);
  return takeBack;
}
