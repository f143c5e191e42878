import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';

/** What a database is opened with. */
export interface DatabaseDeps {
  readonly clock: Clock;
  readonly log: Log;
}
