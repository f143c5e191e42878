import type { Hints } from '../cluster/hints.ts';
import type { Locks } from '../collaboration/api.ts';
import type { Database } from '../database/database.ts';
import type { Wake } from '../database/event-log.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { SignInLimits } from './limits.ts';

export interface DirectoryConfig {
  /** Life of an access token. */
  readonly accessTokenMinutes: number;
  /** The address people open, `https://inbox.example.com`; null: not set. */
  readonly publicUrl: string | null;
  /** Origins of other pages that may connect: other servers of the deployment, the embedding application. */
  readonly allowedOrigins: readonly string[];
  /** `host` or `host:port` whose key sets may be fetched although they are private or without TLS. */
  readonly allowedPrivateHosts: readonly string[];
  readonly signInLimits?: Partial<SignInLimits>;
}

export interface DirectoryDeps {
  readonly db: Database;
  readonly locks: Pick<Locks, 'endInScope'>;
  readonly hints: Pick<Hints, 'publish'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly wake: Wake;
  readonly config: DirectoryConfig;
}
