import { authorize } from '../../database/authorize.ts';
import type { Database } from '../../database/database.ts';
import type { Locks } from '../../collaboration/api.ts';
import type { Handlers } from './command.ts';

export interface LockDeps {
  readonly db: Pick<Database, 'read'>;
  readonly locks: Pick<Locks, 'acquire' | 'move' | 'release' | 'stay'>;
}

export function lockCommands({
  db,
  locks,
}: LockDeps): Handlers<'lock.acquire' | 'lock.move' | 'lock.release' | 'lock.stay'> {
  return {
    // Who may is looked at there, with everything else that is.
    async 'lock.acquire'({ holder }, { conversationId, requestId }) {
      const { fence, lock } = await locks.acquire(holder, { conversationId, requestId });
      return { fence, lock };
    },

    async 'lock.move'({ holder }, { conversationId, requestId }) {
      await authorize(db.read, holder.agentId, 'reply', { conversationId });
      const { fence, lock } = await locks.move(holder, { conversationId, requestId });
      return { fence, lock };
    },

    // Not checked: one's own lock can always be given back, and any other answers `held: false`.
    'lock.release': ({ holder }, input) => locks.release(holder, input),

    async 'lock.stay'({ holder }, { conversationId, fence }) {
      // A refusal names the present holder, which is for members.
      await authorize(db.read, holder.agentId, 'read', { conversationId });
      await locks.stay(holder, { conversationId, fence });
      return {};
    },
  };
}
