import type { Database } from '../database/database.ts';
import { insertSession, type NewSession } from '../database/sessions.ts';
import { nextTurn } from '../lib/next-turn.ts';

/** Sessions stored in one transaction, so that it stays short. */
const MOST = 100;
/** Turns of the event loop that the first one waits for others: next to nothing where it is quiet, everybody's gain where not. */
const TURNS = 40;

interface Waiting {
  readonly row: NewSession;
  readonly stored: (isNew: boolean) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Stores new sessions; false where there is one with this id. Those that begin at about the same time share a transaction: when
 * a server is started again everybody comes back at once, and a commit of its own for each would be most of that work.
 * Nobody waits for the disk: a session that a power cut takes along held nothing (a lock's commit keeps it), and its client
 * begins another.
 */
export function createSessionStarts(
  db: Pick<Database, 'inTransaction'>,
): (row: NewSession) => Promise<boolean> {
  const waiting: Waiting[] = [];
  let storing = false;

  async function run(): Promise<void> {
    storing = true;
    while (waiting.length > 0) {
      for (let turn = 0; turn < TURNS && waiting.length < MOST; turn += 1) await nextTurn();
      await storeTogether(db, waiting.splice(0, MOST));
    }
    storing = false;
  }

  return (row) =>
    new Promise<boolean>((stored, failed) => {
      waiting.push({ row, stored, failed });
      if (!storing) void run();
    });
}

/** Never throws. */
async function storeTogether(db: Pick<Database, 'inTransaction'>, batch: readonly Waiting[]): Promise<void> {
  try {
    const isNew = await db.inTransaction(async (tx) => {
      const answers: boolean[] = [];
      for (const { row } of batch) answers.push(await insertSession(tx, row));
      return answers;
    }, 'soon');
    for (const [at, { stored }] of batch.entries()) stored(isNew[at] === true);
  } catch (error) {
    // One whose agent is gone must not keep the others out.
    if (batch.length > 1) for (const one of batch) await storeTogether(db, [one]);
    else for (const { failed } of batch) failed(error);
  }
}
