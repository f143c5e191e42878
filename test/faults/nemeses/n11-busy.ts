import { DatabaseSync } from 'node:sqlite';
import { between, hold, type Nemesis } from './nemesis.ts';

/** Another program holds the write lock of the database: everything that writes waits, or gives up with a definite answer. */
export const busy: Nemesis = {
  name: 'N11',
  what: 'another process holds the write lock of the database',
  lane: 'machines',
  weight: 2,
  async run(rig, random, signal) {
    const database = new DatabaseSync(rig.database, { timeout: 2_000 });
    const ms = between(random, 200, 7_000);
    try {
      database.exec('BEGIN IMMEDIATE');
      const over = rig.notebook.outage('database', [...rig.servers.keys()]);
      await hold(ms, signal);
      over();
      database.exec('ROLLBACK');
      return `${ms} ms`;
    } catch {
      // Somebody else has it, and is frozen.
      return 'it could not be had';
    } finally {
      database.close();
    }
  },
};
