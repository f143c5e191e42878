import type { Hints } from '../cluster/hints.ts';
import type { Locks } from '../collaboration/api.ts';
import type { Database } from '../database/database.ts';
import type { Wake } from '../database/event-log.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { SignInLimits } from './limits.ts';

export type DirectoryConfig = Pick<
  Config,
  | 'ACCESS_TOKEN_MINUTES'
  | 'REFRESH_DAYS'
  | 'PUBLIC_URL'
  | 'ALLOWED_ORIGINS'
  | 'ALLOWED_PRIVATE_HOSTS'
  | 'RATE_LIMIT_FACTOR'
>;

export interface DirectoryDeps {
  readonly db: Database;
  readonly locks: Pick<Locks, 'endInScope'>;
  readonly hints: Pick<Hints, 'publish'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly wake: Wake;
  readonly config: DirectoryConfig;
  /** Instead of the limits that stand in `limits.ts`. */
  readonly signInLimits?: SignInLimits | undefined;
}
