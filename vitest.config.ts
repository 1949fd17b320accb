import { defineConfig } from 'vitest/config';

/** How long a test may take on a machine that is busy with something else: no test is about time. */
const patientMs = 60_000;

/** Two projects, one after the other: everything that needs only memory, and what starts a sandbox or a command. */
export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: 'out/test-results.json' }]],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          // A third of the time went into importing the same modules anew for each file; no file leaves anything behind.
          isolate: false,
          // By default one core is left to the main process, which has little to do meanwhile.
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
          testTimeout: patientMs,
          hookTimeout: patientMs,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
          testTimeout: patientMs,
          hookTimeout: patientMs,
        },
      },
    ],
  },
});
