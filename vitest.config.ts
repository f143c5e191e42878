import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests beside the sources: quick, side by side. */
function unit(name: string, root: string) {
  return {
    test: {
      name,
      root,
      include: ['src/**/*.test.{ts,tsx}'],
      testTimeout: 10_000,
    },
  };
}

/** Tests that start whole servers, browsers or Redis: one file after the other. */
function serial(name: string, folder: string, testTimeout: number) {
  return {
    test: {
      name,
      root: 'test',
      include: [`${folder}/**/*.test.ts`],
      fileParallelism: false,
      testTimeout,
      hookTimeout: testTimeout,
    },
  };
}

export default defineConfig({
  test: {
    maxWorkers: Math.min(2, availableParallelism()),
    passWithNoTests: true,
    reporters: ['default', ['json', { outputFile: 'test/.output/vitest.json' }]],
    projects: [
      unit('shared', 'shared'),
      unit('server', 'server'),
      unit('web', 'server/web'),
      unit('client', 'client-sdk'),
      {
        test: {
          name: 'test',
          root: 'test',
          include: ['**/*.test.ts'],
          exclude: ['**/node_modules/**', 'browser/**', 'faults/**', 'races/**', 'scenarios/**'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      serial('browser', 'browser', 60_000),
      serial('scenarios', 'scenarios', 60_000),
      serial('races', 'races', 180_000),
      serial('faults', 'faults', 180_000),
    ],
  },
});
