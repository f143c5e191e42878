/** Everything that looks like chance follows from one seed while a simulation runs, also what the product asks the system for. */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { newId } from '@latchbox/server/src/lib/ids.ts';

export type Random = () => number;

/** From the list. */
export function pick<T>(random: Random, from: readonly T[]): T {
  const found = from[Math.floor(random() * from.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

/** A whole number, both ends included. */
export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}

/** Takes the system's chance away until the answer is called. Ids, keys and tokens then follow from `random`. */
export function governChance(random: Random): () => void {
  const real = { bytes: crypto.randomBytes, uuid: crypto.randomUUID, random: Math.random };
  let asked = 0;
  const bytes = (count: number): Buffer => {
    asked += 1;
    const made = Buffer.alloc(count);
    for (let at = 0; at < count; at += 1) made[at] = Math.floor(random() * 256);
    return made;
  };
  Object.assign(crypto, {
    randomBytes: bytes,
    randomUUID: () =>
      bytes(16)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  });
  Math.random = random;
  syncBuiltinESMExports();
  // What the product still has in reserve from before is used up first.
  while (asked === 0) newId('req');
  return () => {
    Object.assign(crypto, { randomBytes: real.bytes, randomUUID: real.uuid });
    Math.random = real.random;
    syncBuiltinESMExports();
  };
}
