import { authorize } from '../../database/authorize.ts';
import type { Database } from '../../database/database.ts';
import type { Locks } from '../../collaboration/api.ts';
import type { Presence } from '../../collaboration/presence.ts';
import type { Typing } from '../../collaboration/typing.ts';
import type { Messaging } from '../../messaging/api.ts';
import type { LiveConnection } from '../connection.ts';
import { type ActivityDeps, stopTyping } from './activity.ts';
import type { Handlers } from './command.ts';

export interface ConversationDeps extends Pick<ActivityDeps, 'memberships'> {
  readonly db: Pick<Database, 'read'>;
  readonly messaging: Pick<
    Messaging,
    'list' | 'open' | 'older' | 'earlier' | 'counts' | 'assign' | 'setStatus' | 'snooze' | 'mark'
  >;
  readonly locks: Pick<Locks, 'history' | 'leave'>;
  readonly presence: Pick<Presence, 'view' | 'leave' | 'viewersOf'>;
  readonly typing: Pick<Typing, 'typistsIn' | 'stopped'>;
}

type Reads =
  | 'conversation.list'
  | 'conversation.open'
  | 'conversation.older'
  | 'conversation.earlier'
  | 'conversation.history'
  | 'inbox.counts';
type Changes =
  | 'conversation.leave'
  | 'conversation.assign'
  | 'conversation.status'
  | 'conversation.snooze'
  | 'conversation.mark';

/** Lists and threads: reading never needs the lock (L1). */
export function conversationReads({
  db,
  messaging,
  locks,
  presence,
  typing,
}: ConversationDeps): Handlers<Reads> {
  return {
    'conversation.list': ({ holder }, input) => messaging.list(holder.agentId, input),

    async 'conversation.open'({ holder }, { conversationId, view, limit }) {
      const { agentId, sessionId } = holder;
      const { inboxId } = await authorize(db.read, agentId, 'read', { conversationId });
      const thread = await messaging.open(agentId, { conversationId, limit });
      if (view) presence.view(sessionId, inboxId, conversationId);
      const typists = await typing.typistsIn(conversationId);
      return { ...thread, viewers: presence.viewersOf(conversationId), typists };
    },

    async 'conversation.older'({ holder }, input) {
      await authorize(db.read, holder.agentId, 'read', input);
      return messaging.older(holder.agentId, input);
    },

    'conversation.earlier': ({ holder }, input) => messaging.earlier(holder.agentId, input),

    'inbox.counts': ({ holder }) => messaging.counts(holder.agentId),

    async 'conversation.history'({ holder }, { conversationId, before, limit }) {
      await authorize(db.read, holder.agentId, 'read', { conversationId });
      return locks.history(conversationId, { before, limit });
    },
  };
}

/** What changes a conversation without the lock. */
export function conversationChanges(deps: ConversationDeps): Handlers<Changes> {
  const { db, messaging, locks, presence } = deps;
  return {
    async 'conversation.leave'(connection, { conversationId }) {
      const { holder } = connection;
      // Nothing is checked: whoever lost access leaves too, and there is nothing to learn from it.
      presence.leave(holder.sessionId, conversationId);
      await stopTyping(deps, connection, conversationId);
      await locks.leave(holder, conversationId);
      return {};
    },

    async 'conversation.assign'({ holder }, input) {
      await authorize(db.read, holder.agentId, 'reply', { conversationId: input.conversationId });
      await messaging.assign(authorOf({ holder }), input);
      return {};
    },

    async 'conversation.status'({ holder }, input) {
      await authorize(db.read, holder.agentId, 'reply', { conversationId: input.conversationId });
      await messaging.setStatus(authorOf({ holder }), input);
      return {};
    },

    async 'conversation.snooze'({ holder }, input) {
      await authorize(db.read, holder.agentId, 'reply', { conversationId: input.conversationId });
      await messaging.snooze(authorOf({ holder }), input);
      return {};
    },

    async 'conversation.mark'({ holder }, input) {
      await authorize(db.read, holder.agentId, 'read', { conversationId: input.conversationId });
      await messaging.mark(authorOf({ holder }), input);
      return {};
    },
  };
}

/** The agent of a connection, as messaging calls whoever writes. */
export function authorOf({ holder }: Pick<LiveConnection, 'holder'>): { agentId: string; agentName: string } {
  return { agentId: holder.agentId, agentName: holder.agentName };
}
