import type { Database } from '../database/database.ts';
import { getMeta, setMeta } from '../database/meta.ts';
import type { Clock } from '../lib/clock.ts';

/** How long one process may take to fill the database before another one carries on, and how often that one looks (ms). */
const PATIENCE = 15_000;
const LOOK_EVERY = 200;
const DONE = 'done';

/**
 * Says whether this process is to fill the database with the demo: `fill` when it is empty (or half filled by a process that
 * died), `filled` when the demo is there, `real` when it holds anything else, which the demo never touches. While another
 * process is filling it, this waits.
 */
export async function claimDemo(db: Database, clock: Clock): Promise<'fill' | 'filled' | 'real'> {
  for (;;) {
    const state = await claimOnce(db);
    if (state !== 'wait') return state;
    await new Promise<void>((resolve) => clock.setTimer(LOOK_EVERY, resolve));
  }
}

function claimOnce(db: Database): Promise<'fill' | 'filled' | 'real' | 'wait'> {
  return db.inTransaction(async (tx) => {
    const demo = await getMeta(tx.db, 'demo');
    if (demo === DONE) return 'filled';
    if (demo === undefined && (await getMeta(tx.db, 'organisation')) !== undefined) return 'real';
    // A number: until when the process that wrote it counts as alive.
    if (demo !== undefined && Number(demo) > tx.now) return 'wait';
    await setMeta(tx, 'demo', String(tx.now + PATIENCE));
    return 'fill';
  });
}

/** The demo is complete: no start fills it again. */
export async function finishDemo(db: Database): Promise<void> {
  await db.inTransaction((tx) => setMeta(tx, 'demo', DONE));
}
