import { accessSync, constants, statfsSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

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

/** Files that are played side by side. */
const WORKERS = Math.min(2, availableParallelism());

/** These take a minute or more: whoever begins them last waits for them alone. */
const LONG = [
  'browser/samples.test.ts',
  'browser/states.test.ts',
  'faults/failpoints.test.ts',
  'faults/mutations.test.ts',
];

class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification): number =>
      2 * project.config.sequence.groupOrder - (LONG.some((name) => moduleId.endsWith(name)) ? 1 : 0);
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

/** What comes by itself is waited for as long as a busy machine may take, in ms; the default of Vitest is a second. */
const PATIENT = { expect: { poll: { timeout: 20_000 } } };

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
      ...PATIENT,
    },
  };
}

/**
 * Tests that start whole servers or Redis. They wait more than they compute: one file more than there are processors, but not beside the
 * unit tests, which would take the time that their short deadlines count on.
 */
function whole(name: string, testTimeout: number) {
  return {
    test: {
      name,
      root: 'test',
      include: [`${name}/**/*.test.ts`],
      sequence: { groupOrder: 2 },
      maxWorkers: WORKERS + 1,
      testTimeout,
      hookTimeout: testTimeout,
      ...PATIENT,
    },
  };
}

/** Tests in browsers, and those that start hundreds of servers: they keep the processors busy all the time. */
function busy(name: string, testTimeout: number) {
  const { test } = whole(name, testTimeout);
  return { test: { ...test, sequence: { groupOrder: 1 }, maxWorkers: WORKERS } };
}

/** Tests that want the machine for themselves: one file after the other, when all others are over. */
function alone(name: string, testTimeout: number) {
  const { test } = whole(name, testTimeout);
  return { test: { ...test, sequence: { groupOrder: 3 }, maxWorkers: 1, fileParallelism: false } };
}

export default defineConfig({
  test: {
    env: { TMPDIR: quickFolder() },
    maxWorkers: WORKERS,
    sequence: { sequencer: LongOnesFirst },
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
            'hostile/**',
            'load/**',
            'races/**',
            'rows/**',
            'scenarios/**',
          ],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          ...PATIENT,
        },
      },
      busy('browser', 60_000),
      busy('faults', 180_000),
      whole('hostile', 60_000),
      whole('load', 60_000),
      whole('rows', 60_000),
      whole('scenarios', 120_000),
      alone('races', 180_000),
    ],
  },
});
