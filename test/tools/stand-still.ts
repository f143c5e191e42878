import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { ServerProcess } from './server-process.ts';

/** Ms. Longer than the others take for a write. */
const WRITE = 500;

/**
 * Stops a server (SIGSTOP) that has nothing of the SQLite file in hand: one that stood still in the middle of a write would keep the only
 * writer's place, and nobody else could go on, which is another story.
 */
export async function standStill(
  server: Pick<ServerProcess, 'sigstop' | 'sigcont'>,
  database: string,
): Promise<void> {
  await server.sigstop();
  while (!isWritable(database)) {
    server.sigcont();
    await setImmediate();
    await server.sigstop();
  }
}

function isWritable(file: string): boolean {
  const database = new DatabaseSync(file, { timeout: WRITE });
  try {
    database.exec('BEGIN IMMEDIATE');
    database.exec('ROLLBACK');
    return true;
  } catch {
    return false;
  } finally {
    database.close();
  }
}
