import { defineConfig } from 'vitest/config';

/**
 * Two projects: everything that needs only memory runs in parallel; what starts a sandbox runs one file at a time,
 * because two sandboxes on two cores would only measure each other.
 */
export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: 'out/test-results.json' }]],
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/e2e/**'] } },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
