import { authorize } from '../../database/authorize.ts';
import type { Typing } from '../../collaboration/typing.ts';
import type { Database } from '../../database/database.ts';
import type { Messaging, SendDoor } from '../../messaging/api.ts';
import { personOf } from './activity.ts';
import { authorOf } from './conversations.ts';
import type { Handlers } from './command.ts';

export interface WritingDeps {
  readonly db: Pick<Database, 'read'>;
  readonly sendDoor: Pick<SendDoor, 'send'>;
  readonly messaging: Pick<Messaging, 'addNote' | 'saveDraft' | 'retry' | 'drop'>;
  readonly typing: Pick<Typing, 'stopped'>;
}

/** Replies, notes and drafts. */
export function writingCommands({
  db,
  sendDoor,
  messaging,
  typing,
}: WritingDeps): Handlers<'reply.send' | 'reply.retry' | 'reply.drop' | 'note.add' | 'draft.save'> {
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
