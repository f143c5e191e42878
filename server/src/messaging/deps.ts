import type { Database, Tx } from '../database/database.ts';
import type { Wake } from '../database/event-log.ts';

export interface MessagingDeps {
  readonly db: Database;
  readonly wake: Wake;
  /** Which log the sequence numbers in answers belong to. */
  readonly logEpoch: string;
  /** Ends what an agent has to do with a conversation's lock, where they may not reply any more. Absent: there are no locks. */
  readonly endLocks?: (
    tx: Tx,
    of: { readonly agentId: string; readonly conversationId: string },
  ) => Promise<void>;
}
