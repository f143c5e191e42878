import type { ConversationRow } from '@latchbox/shared/model/conversation';
import type { StreamEvent } from '@latchbox/shared/realtime/events/index';
import type { LockReceived } from '../events.ts';
import { offerTo } from './derive.ts';

/** Who this session is. */
interface Self {
  readonly me: { readonly id: string };
  readonly session: { readonly id: string };
}

/**
 * What an event of a lock says of a lock that came here from somebody else's hands; undefined: it says nothing of that. `before`: the
 * conversation's row until now, which knows what was offered to this agent, and what it had asked for.
 */
export function receivedBy(
  { me, session }: Self,
  data: StreamEvent['data'],
  before: ConversationRow | undefined,
): LockReceived | undefined {
  if (data.type !== 'lock.ended' && data.type !== 'lock.granted') return undefined;
  const { id: conversationId, lock } = data.row;
  if (lock.status !== 'held' || lock.sessionId !== session.id) return undefined;
  const isOffered = offerTo(me.id, before?.lock, before?.line) !== undefined;
  if (data.type === 'lock.granted') {
    // Passed on, the end of the one before has told it already, with the same row.
    const isTurn = before?.lock.status === 'reserved' && isOffered;
    return isTurn ? { conversationId, from: null, note: '', how: 'offered' } : undefined;
  }
  // Ended, and here already in the same step. Moving and taking over are what this session did itself.
  if (data.reason === 'moved' || data.reason === 'taken_over' || data.holder.id === me.id) return undefined;
  const isAsked = before?.line?.asks.some(({ from }) => from.id === me.id) === true;
  const how = isOffered ? 'offered' : isAsked ? 'asked' : 'handed_over';
  return { conversationId, from: data.holder, note: data.note ?? '', how };
}

/** A row says something to this session that must not go unheard because nobody has asked for the conversation here yet. */
export function concerns({ me, session }: Self, { lock, line }: ConversationRow): boolean {
  const isMine = lock.status === 'held' && lock.sessionId === session.id;
  return isMine || offerTo(me.id, lock, line) !== undefined;
}
