import type { Database } from '../database/database.ts';
import type { Wake } from '../database/event-log.ts';

export interface MessagingDeps {
  readonly db: Database;
  readonly wake: Wake;
  /** Which log the sequence numbers in answers belong to. */
  readonly logEpoch: string;
}
