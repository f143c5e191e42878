import { authorize } from '../../database/authorize.ts';
import type { Database } from '../../database/database.ts';
import type { Locks } from '../../collaboration/api.ts';
import type { Handlers } from './command.ts';

export interface LockDeps {
  readonly db: Pick<Database, 'read'>;
  readonly locks: Pick<
    Locks,
    | 'acquire'
    | 'move'
    | 'release'
    | 'stay'
    | 'join'
    | 'leaveLine'
    | 'acceptOffer'
    | 'ask'
    | 'answer'
    | 'handOver'
    | 'takeOver'
  >;
}

type PassingName =
  | 'lock.join'
  | 'lock.leaveLine'
  | 'lock.acceptOffer'
  | 'lock.ask'
  | 'lock.answer'
  | 'lock.handOver'
  | 'lock.takeOver';

/** Who may is looked at in each of them, in the transaction that acts. */
function passingCommands({ db, locks }: LockDeps): Handlers<PassingName> {
  return {
    'lock.join': ({ holder }, input) => locks.join(holder, input),

    'lock.leaveLine': ({ holder }, input) => locks.leaveLine(holder, input),

    async 'lock.acceptOffer'({ holder }, { conversationId, requestId }) {
      const { fence, lock } = await locks.acceptOffer(holder, { conversationId, requestId });
      return { fence, lock };
    },

    'lock.ask': ({ holder }, input) => locks.ask(holder, input),

    async 'lock.answer'({ holder }, input) {
      // A refusal names the present holder, which is for members.
      await authorize(db.read, holder.agentId, 'read', { conversationId: input.conversationId });
      await locks.answer(holder, input);
      return {};
    },

    async 'lock.handOver'({ holder }, input) {
      await authorize(db.read, holder.agentId, 'read', { conversationId: input.conversationId });
      return await locks.handOver(holder, input);
    },

    async 'lock.takeOver'({ holder }, { conversationId, requestId, note }) {
      const { fence, lock } = await locks.takeOver(holder, { conversationId, requestId, note });
      return { fence, lock };
    },
  };
}

export function lockCommands({
  db,
  locks,
}: LockDeps): Handlers<'lock.acquire' | 'lock.move' | 'lock.release' | 'lock.stay' | PassingName> {
  return {
    ...passingCommands({ db, locks }),

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
