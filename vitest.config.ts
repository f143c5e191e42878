import { accessSync, constants, statfsSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * Where tests put their databases. Every commit waits for the disk (`synchronous=FULL`); in memory it does not, and a process
 * that is killed loses nothing there either. A small `/dev/shm`, as containers have it, is left alone.
 */
function quickFolder(): string {
  const memory = '/dev/shm';
  try {
    accessSync(memory, constants.W_OK);
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > 2 * 2 ** 30 ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** Tests beside the sources: quick, side by side. */
function unit(name: string, root: string) {
  return {
    test: {
      name,
      root,
      include: ['src/**/*.test.{ts,tsx}'],
      // A first PGlite takes seconds to start on a machine that does a lot else.
      testTimeout: 40_000,
      hookTimeout: 40_000,
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
    env: { TMPDIR: quickFolder() },
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
          exclude: [
            '**/node_modules/**',
            '.output/**',
            'browser/**',
            'faults/**',
            'races/**',
            'rows/**',
            'scenarios/**',
          ],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      serial('rows', 'rows', 60_000),
      serial('browser', 'browser', 60_000),
      serial('scenarios', 'scenarios', 120_000),
      serial('races', 'races', 180_000),
      serial('faults', 'faults', 180_000),
    ],
  },
});
