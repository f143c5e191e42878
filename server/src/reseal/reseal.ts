import type { Database } from '../database/database.ts';
import { type SealedPlace, sealedPlaces } from '../database/sealed.ts';
import { type Seal, SealBroken } from '../lib/seal.ts';

export interface Resealed {
  /** How many are sealed with the newest key now, and how many of them were before. */
  readonly newest: number;
  readonly before: number;
  /** What cannot be opened with any key that was given, for people. */
  readonly closed: readonly string[];
}

const TIMES = 3;

/**
 * Seals every secret with the newest key, while servers run: each for itself, and only where nobody has changed it meanwhile. Once
 * nothing is `closed` the older keys are needed no more.
 */
export async function resealAll(db: Database, seal: Seal): Promise<Resealed> {
  let before: number | undefined;
  let closed: string[] = [];
  let changed = 0;
  // What a running server changes under our hands is looked at once more.
  for (let nth = 0; nth < TIMES; nth += 1) {
    const places = await sealedPlaces(db.read);
    before ??= places.filter(({ sealed }) => seal.isNewest(sealed)).length;
    closed = [];
    changed = 0;
    for (const place of places) {
      const answer = await resealOne(db, seal, place);
      if (answer === 'closed') closed.push(place.of);
      if (answer === 'changed') changed += 1;
    }
    if (changed === 0) return { newest: places.length - closed.length, before, closed };
  }
  throw new Error(`${changed} secrets were changed while they were sealed anew. Run it again.`);
}

async function resealOne(
  db: Database,
  seal: Seal,
  place: SealedPlace,
): Promise<'done' | 'closed' | 'changed'> {
  if (seal.isNewest(place.sealed)) return 'done';
  try {
    const sealed = seal.seal(seal.open(place.sealed, place.about), place.about);
    return (await db.inTransaction((tx) => place.put(tx, sealed))) ? 'done' : 'changed';
  } catch (error) {
    if (error instanceof SealBroken) return 'closed';
    throw error;
  }
}
