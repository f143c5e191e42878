/** Every failpoint and every mutation fits the sources as they stand. Whether they bite is tested in `test/faults`. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FAILPOINTS, LOCK_POINTS, OUTBOX_POINTS, RELEASE_POINT, REPLY_POINTS } from './failpoints.ts';
import { MUTATIONS } from './mutation.ts';
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
