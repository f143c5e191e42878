/**
 * Imports and undoes in the background. Every server with the role `worker` looks; one has it at a time, by a claim that it keeps
 * alive with each portion. Portion and progress are one transaction: whoever dies in between has done neither, and the next one
 * goes on where it stood.
 */
import { claimImport, dueImports, type StoredImport, updateImport } from '../../database/contacts/imports.ts';
import { createLoop, type Loop } from '../../lib/loop.ts';
import type { ContactsDeps } from '../deps.ts';
import { importSome, Overtaken } from './importing.ts';
import { undoSome } from './undoing.ts';

/** Ms for which a claim holds; a server that died lets go after as long. */
const CLAIM = 4_000;
/** Ms between two portions, in which others come to something. */
const PAUSE = 4;
/** Ms until one is tried again that failed. */
const TROUBLE_AGAIN = 15_000;
/** So often in a row somebody else may be faster. */
const MOST_OVERTAKEN = 5;

export function createImporter(deps: ContactsDeps & { readonly every: number }): Loop {
  return createLoop({
    ...deps,
    firstAfter: deps.every,
    what: 'Imports of contacts were not looked for; the next look comes',
    async look(isOver) {
      for (const due of await dueImports(deps.db.read, await deps.db.now())) {
        if (isOver()) return;
        await workOn(deps, due, isOver);
      }
    },
  });
}

async function workOn(deps: ContactsDeps, due: StoredImport, isOver: () => boolean): Promise<void> {
  const { db, log } = deps;
  const mine = { ...due, claimNo: due.claimNo + 1 };
  if (!(await db.inTransaction((tx) => claimImport(tx, due, tx.now + CLAIM)))) return;
  try {
    while (await portion(deps, mine)) {
      if (isOver()) return await giveBack(deps, mine, 0);
      await new Promise<void>((resolve) => void deps.clock.setTimer(PAUSE, resolve));
    }
  } catch (error) {
    log.error('An import of contacts stopped; it is tried again', { importId: due.id, error: String(error) });
    await giveBack(deps, mine, TROUBLE_AGAIN);
  }
}

async function portion(deps: ContactsDeps, mine: StoredImport): Promise<boolean> {
  const some = mine.state === 'undoing' ? undoSome : importSome;
  for (let nth = 1; ; nth += 1) {
    try {
      // Lost in a power cut it is done again: portion and progress go together.
      return await deps.db.inTransaction((tx) => some(tx, deps, mine, tx.now + CLAIM), 'soon');
    } catch (error) {
      if (!(error instanceof Overtaken) || nth === MOST_OVERTAKEN) throw error;
    }
  }
}

/** Lets the next worker have it, in so many ms. */
async function giveBack({ db }: ContactsDeps, { id, claimNo }: StoredImport, wait: number): Promise<void> {
  await db.inTransaction(async (tx) => {
    await updateImport(tx, id, { dueAt: tx.now + wait }, claimNo);
  });
}
