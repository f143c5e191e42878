/** Every failpoint and every mutation fits the sources as they stand. Whether they bite is tested in `test/faults`. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FAILPOINTS, LOCK_POINTS, OUTBOX_POINTS, RELEASE_POINT, REPLY_POINTS } from './failpoints.ts';
import { MUTATIONS } from './mutations.ts';
import { outputOf, verdictOf } from './mutation.ts';
import { repository } from './server-process.ts';
import { applyPatch, type Patch } from './source-copy.ts';

/** The files as they are with all patches applied, one after the other. */
function patched(patches: readonly Patch[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const patch of patches) {
    const text = files.get(patch.file) ?? readFileSync(join(repository, patch.file), 'utf8');
    files.set(patch.file, applyPatch(text, patch));
  }
  return files;
}

test('all failpoints fit together, and every name is somewhere', () => {
  const all = [...patched(FAILPOINTS).values()].join('\n');
  for (const name of [...LOCK_POINTS, ...REPLY_POINTS, ...OUTBOX_POINTS, RELEASE_POINT]) {
    expect(all).toContain(`failpoint?.(${name.startsWith('before-ack-') ? '`before-ack-' : `'${name}'`}`);
  }
});

test('the product itself has no failpoint', () => {
  for (const { file } of FAILPOINTS) {
    expect(readFileSync(join(repository, file), 'utf8')).not.toContain('failpoint');
  }
});

describe('the mutation', () => {
  test.each(MUTATIONS)('$name fits: $what', ({ patches }) => {
    expect(patched(patches).size).toBeGreaterThan(0);
  });
});

test('all ten mutations of the reliability notes are there', () => {
  const names = new Set(MUTATIONS.map(({ name }) => name.replace(/,.*/, '')));
  expect([...names].filter((name) => name.startsWith('MU'))).toEqual(
    Array.from({ length: 10 }, (_, at) => `MU${at + 1}`),
  );
});

test('a program may go on for as long as it says something, and no longer', async () => {
  const script = `let told = 0;
    setInterval(() => { if (told < 8) console.log('line ' + ++told); }, 300);`;
  const output = await outputOf(process.execPath, ['-e', script], repository, 2_000);
  expect(output).toMatch(/line 8\n\nended after 2 s of silence$/);
});

describe('a verdict', () => {
  const run = (passed: string[], ...failed: string[]) => ({
    passed,
    failed: failed.map((message) => ({ name: 'a test', message })),
    output: '',
  });
  const says = /^I3: /m;
  test.each([
    ['caught', run(['a test']), run([], 'Error: I was wrong\nI3: 1 violations\n  a story')],
    ['survived', run(['a test']), run(['a test'])],
    ['wrong reason', run(['a test']), run([], 'TypeError: x is not a function')],
    ['wrong reason', run(['a test']), run([])],
    ['unfit', run([]), run([])],
    ['unfit', run([], 'broken before'), run([], 'I3: 1 violations')],
  ])('%s', (fate, without, withIt) => {
    expect(verdictOf({ says }, without, withIt).fate).toBe(fate);
  });
});
