import { authorize } from '../../database/authorize.ts';
import type { Typing } from '../../collaboration/typing.ts';
import type { Database } from '../../database/database.ts';
import type { Messaging, Scheduling, SendDoor } from '../../messaging/api.ts';
import { personOf } from './activity.ts';
import { authorOf } from './conversations.ts';
import type { Handlers } from './command.ts';

export interface WritingDeps {
  readonly db: Pick<Database, 'read'>;
  readonly sendDoor: Pick<SendDoor, 'send'>;
  readonly messaging: Pick<
    Messaging,
    'addNote' | 'saveDraft' | 'retry' | 'drop' | 'undo' | 'prepare' | keyof Scheduling
  >;
  readonly typing: Pick<Typing, 'stopped'>;
}

type Names =
  | 'reply.send'
  | 'reply.retry'
  | 'reply.drop'
  | 'reply.undo'
  | 'reply.prepare'
  | 'reply.schedule'
  | 'reply.scheduled'
  | 'reply.reschedule'
  | 'reply.unschedule'
  | 'note.add'
  | 'draft.save';

/** Replies, notes and drafts. */
export function writingCommands({ db, sendDoor, messaging, typing }: WritingDeps): Handlers<Names> {
  return {
    async 'reply.send'({ holder }, input) {
      const { conversationId } = input;
      const { inboxId } = await authorize(db.read, holder.agentId, 'reply', { conversationId });
      const stored = await sendDoor.send(holder, input);
      typing.stopped(personOf(holder), { inboxId, conversationId });
      return { entry: stored.entry, asOf: stored.asOf };
    },

    async 'reply.retry'({ holder }, input) {
      await authorize(db.read, holder.agentId, 'reply', { conversationId: input.conversationId });
      await messaging.retry(authorOf({ holder }), input);
      return {};
    },

    async 'reply.drop'({ holder }, input) {
      await authorize(db.read, holder.agentId, 'reply', { conversationId: input.conversationId });
      await messaging.drop(authorOf({ holder }), input);
      return {};
    },

    async 'reply.undo'({ holder }, input) {
      await authorize(db.read, holder.agentId, 'reply', { conversationId: input.conversationId });
      return await messaging.undo(authorOf({ holder }), input);
    },

    'reply.prepare': ({ holder }, input) => messaging.prepare(authorOf({ holder }), input),

    'reply.schedule': ({ holder }, input) => messaging.schedule(authorOf({ holder }), input),
    'reply.scheduled': ({ holder }, input) => messaging.scheduled(authorOf({ holder }), input),
    'reply.reschedule': ({ holder }, input) => messaging.reschedule(authorOf({ holder }), input),
    'reply.unschedule': ({ holder }, input) => messaging.unschedule(authorOf({ holder }), input),

    async 'note.add'({ holder }, input) {
      const { conversationId } = input;
      const { inboxId } = await authorize(db.read, holder.agentId, 'read', { conversationId });
      const stored = await messaging.addNote(authorOf({ holder }), input);
      typing.stopped(personOf(holder), { inboxId, conversationId });
      return { entry: stored.entry, asOf: stored.asOf };
    },

    async 'draft.save'({ holder }, input) {
      const needs = input.kind === 'reply' ? 'reply' : 'read';
      await authorize(db.read, holder.agentId, needs, { conversationId: input.conversationId });
      return messaging.saveDraft(authorOf({ holder }), input);
    },
  };
}
