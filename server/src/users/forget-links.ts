/** Forgets links that are long over: each half of a sign-in and each new password leaves one behind. */
import { forgetLinks } from '../database/directory/user-links.ts';
import { createLoop, type Loop } from '../lib/loop.ts';
import type { UsersDeps } from './deps.ts';

/** Ms between two looks, and ms that a link is kept after its time. */
const EVERY = 3_600_000;
const KEPT_FOR = 30 * 86_400_000;
/** Links in one transaction. */
const BATCH = 500;

export function createLinkEnds(deps: Pick<UsersDeps, 'db' | 'clock' | 'log'>): Loop {
  const { db } = deps;
  return createLoop({
    ...deps,
    every: EVERY,
    what: 'Links that are long over could not be forgotten; the next look tries again',
    async look(isOver) {
      const some = () => db.inTransaction((tx) => forgetLinks(tx, tx.now - KEPT_FOR, BATCH));
      while (!isOver() && (await some()) === BATCH);
    },
  });
}
