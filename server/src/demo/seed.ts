import type { Database } from '../database/database.ts';
import type { Directory } from '../directory/api.ts';
import type { Clock } from '../lib/clock.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Log } from '../lib/log.ts';
import type { Channel } from '../messaging/delivery/channel.ts';
import { claimDemo, finishDemo } from './claim.ts';
import { tellHistory } from './history.ts';
import { of, settlePeople } from './people.ts';
import { type MailIn, play, type TextsIn } from './play.ts';
import { DEMO_NUMBER } from './shop/index.ts';
import { type DemoSignIn, demoSignIns } from './sign-ins.ts';

export interface SeedDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly directory: Directory;
  /** The ways to the demo's customers, on the given database: nothing of it may leave this machine. */
  readonly channelsOn: (db: Database) => readonly Channel[];
  /** The way in for their mails, on the given database. */
  readonly mailOn: (db: Database) => MailIn;
  /** The way in for their texts; undefined where a real provider is connected, whom the demo does not disturb. */
  readonly textsOn: ((db: Database) => TextsIn) | undefined;
  /** Gives an inbox the demo's number, if it has none. */
  readonly giveNumber: (db: Database, agentId: string, inboxId: string, e164: string) => Promise<void>;
  readonly files: Pick<FileStore, 'write' | 'remove'>;
}

/**
 * Fills an empty database with the demo shop, once, and answers the sign-ins to print; a database with anything else in it is
 * left alone, and the answer is empty. Run again after a crash half-way it carries on where it stopped.
 */
export async function seedDemo(deps: SeedDeps): Promise<readonly DemoSignIn[]> {
  const { db, clock, log, directory } = deps;
  switch (await claimDemo(db, clock)) {
    case 'real':
      return [];
    case 'filled':
      return demoSignIns;
    case 'fill': {
      const began = clock.monotonic();
      const people = await settlePeople(db, directory);
      const texts = deps.textsOn !== undefined;
      if (texts) {
        const { agentId } = of(people.agents, 'mara');
        await deps.giveNumber(db, agentId, of(people.inboxes, 'texts').id, DEMO_NUMBER);
      }
      const steps = tellHistory(await db.now(), texts);
      await play(deps, people, steps);
      await finishDemo(db);
      log.info('The demo shop is ready.', {
        steps: steps.length,
        tookMs: Math.round(clock.monotonic() - began),
      });
      return demoSignIns;
    }
  }
}
