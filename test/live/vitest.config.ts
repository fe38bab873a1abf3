import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/live/*.live.ts'],
    pool: 'forks',
    // One after the other: the account belongs to somebody.
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 60_000,
  },
});
