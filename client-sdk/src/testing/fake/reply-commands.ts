import type { ReplyEntry } from '@latchbox/shared/model/entry';
import type { UpInput, UpResult } from '@latchbox/shared/realtime/up/index';
import { LatchboxError, refuse } from '@latchbox/shared/errors';
import { addressOf } from './envelope.ts';
import type { FakeMessages } from './messages.ts';
import type { FakeThere } from './there.ts';
import type { FakeConversation, Holder, World } from './world.ts';

type ReplyName =
  | 'reply.send'
  | 'note.add'
  | 'draft.save'
  | 'reply.retry'
  | 'reply.drop'
  | 'reply.undo'
  | 'reply.prepare';
export type ReplyHandlers = {
  [N in ReplyName]: (client: unknown, session: Holder, input: UpInput<N>) => UpResult<N>;
};

const NOTHING = {};
/** What commands answer that answer nothing. */
const done = (_done: void): typeof NOTHING => NOTHING;

/** The commands about texts: replies, notes, drafts, and how a reply would leave. */
export const replyCommands = (
  world: World,
  messages: FakeMessages,
  there: Pick<FakeThere, 'typing'>,
): ReplyHandlers => ({
  'reply.send': (_client, session, input) => {
    const result = messages.send(session, input);
    there.typing(session.agentId, input.conversationId, null);
    return result;
  },
  'note.add': (_client, { agentId }, input) => messages.note(agentId, input),
  'draft.save': (_client, { agentId }, input) => messages.saveDraft(agentId, input),
  'reply.retry': (_client, { agentId }, input) => done(messages.retry(agentId, input)),
  'reply.drop': (_client, { agentId }, input) => done(messages.drop(agentId, input)),
  'reply.undo': (_client, { agentId }, { conversationId, position }) => {
    const conversation = world.find(agentId, conversationId, 'reply');
    const entry = replyAt(conversation, position);
    if (entry.author.id !== agentId) throw refuse('forbidden');
    if (entry.delivery.state !== 'queued') throw new LatchboxError('conflict', {});
    messages.deliver(conversation, position, { state: 'withdrawn', at: world.clock.now() });
    const { body: before = '', revision = 0 } = conversation.drafts.get(`${agentId} reply`) ?? {};
    const body = before === '' ? entry.body : `${entry.body}\n\n${before}`;
    const saved = messages.saveDraft(agentId, { conversationId, kind: 'reply', body, revision });
    return { draft: { body, ...saved }, attachments: [] };
  },
  'reply.prepare': (_client, { agentId }, { conversationId }) => {
    const { contact, inboxId } = world.find(agentId, conversationId, 'reply');
    const reply = { to: [{ name: contact.name, address: contact.address }], cc: [] };
    const from = [{ name: '', address: addressOf(inboxId) }];
    const troubles = [...(world.troubles.get(contact.address.toLowerCase()) ?? [])];
    return { from, reply, all: reply, troubles, signature: null, undoFor: 5_000 };
  },
});

function replyAt({ entries }: FakeConversation, position: number): ReplyEntry {
  const entry = entries[position - 1];
  if (entry?.kind !== 'reply') throw refuse('not_found');
  return entry;
}
