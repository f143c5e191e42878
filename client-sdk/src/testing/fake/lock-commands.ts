import type { UpInput, UpName, UpResult } from '@latchbox/shared/realtime/up/index';
import type { FakeLocks } from './locks.ts';
import type { Holder } from './world.ts';

type LockName = Extract<UpName, `lock.${string}`>;
export type LockHandlers = {
  [N in LockName]: (client: unknown, session: Holder, input: UpInput<N>) => UpResult<N>;
};

const NOTHING = {};
/** What commands answer that answer nothing. */
const done = (_done: void): typeof NOTHING => NOTHING;

/** The commands about locks. */
export const lockCommands = (locks: FakeLocks): LockHandlers => ({
  'lock.acquire': (_client, session, { conversationId, requestId }) =>
    locks.acquire(session, conversationId, requestId),
  'lock.move': (_client, session, { conversationId, requestId }) =>
    locks.move(session, conversationId, requestId),
  'lock.release': (_client, session, { conversationId, fence, reason }) => ({
    held: locks.release(session, conversationId, fence, reason),
  }),
  'lock.join': (_client, session, { conversationId }) => locks.line.join(session, conversationId),
  'lock.leaveLine': (_client, session, { conversationId }) => locks.line.leave(session, conversationId),
  'lock.acceptOffer': (_client, session, { conversationId, requestId }) =>
    locks.line.acceptOffer(session, conversationId, requestId),
  'lock.ask': (_client, session, { conversationId, note }) => locks.line.ask(session, conversationId, note),
  'lock.answer': (_client, session, input) => done(locks.line.answer(session, input)),
  'lock.handOver': (_client, session, input) => locks.line.handOver(session, input),
  'lock.takeOver': (_client, session, input) => locks.line.takeOver(session, input),
  'lock.stay': (_client, session, { conversationId, fence }) => {
    locks.stay(session, conversationId, fence);
    return NOTHING;
  },
});
