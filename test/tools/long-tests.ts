/**
 * What `npm test` leaves to `npm run test:long`, so that it takes less than 15 minutes on two processors: most plays in browsers, the
 * fault tests that start hundreds of servers, and scenarios that mostly wait.
 */

/** Of a folder whose other files are long ones. */
const QUICK: Readonly<Record<string, readonly string[]>> = {
  browser: ['compose-play.test.ts', 'keyboard.test.ts', 'mail-play.test.ts', 'play.test.ts'],
  faults: [
    'guards-passing.test.ts',
    'guards-sending.test.ts',
    'rig/command.test.ts',
    'rig/record.test.ts',
    'rolling.test.ts',
    'slow-reader.test.ts',
  ],
};

/** Of a folder whose other files are quick ones. */
const LONG: Readonly<Record<string, readonly string[]>> = {
  scenarios: [
    'backup-postgres.test.ts',
    'backup.test.ts',
    'clock.test.ts',
    'redis-link.test.ts',
    'redis-lost.test.ts',
  ],
};

/** The files of `test/<folder>` that `npm test` plays, of a folder of which it plays few. */
export function quickOnes(folder: string): readonly string[] {
  return QUICK[folder] ?? [];
}

/** The files of `test/<folder>` that it leaves to the long run, of a folder of which it plays most. */
export function longOnes(folder: string): readonly string[] {
  return LONG[folder] ?? [];
}

/** Whether a test file (its path from the top of the repository) is left to the long run. */
export function isLong(file: string): boolean {
  const [, folder = '', name = ''] = /^test\/([^/]+)\/(.+)$/.exec(file) ?? [];
  return folder in QUICK ? !quickOnes(folder).includes(name) : longOnes(folder).includes(name);
}
