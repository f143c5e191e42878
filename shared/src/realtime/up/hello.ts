import { z } from 'zod';
import { Me } from '../../model/agent.ts';
import { InboxSummary } from '../../model/inbox.ts';
import { LockView } from '../../model/lock.ts';
import { Id, ServerTime, StreamId } from '../../model/scalars.ts';
import { command } from '../command.ts';
import { WireErrorSchema } from '../ack.ts';
import { Cursor } from '../cursor.ts';
import { StreamFrom, SubscribedTo } from './stream-subscribe.ts';

/**
 * The first command of every connection, within 10 s of it; anything else before it is refused with `unauthenticated`
 * and closes the connection. The token travels here, never in an address. With `resume` the server carries on a session
 * that lost its connection (or whose page was reloaded): its locks are its own again, without counting as activity. A
 * session that is unknown or whose key is wrong is quietly replaced by a new one: compare `session.id`.
 */
export const hello = command({
  rate: 'hello',
  delivery: 'acknowledged',
  input: z.strictObject({
    protocol: z.number().int().positive(),
    /** Name and version of the client, for the log: "latchbox-sdk/0.1.0". */
    client: z.string().max(120),
    token: z.string().min(1).max(8_192),
    resume: z.strictObject({ id: Id, key: z.string().min(16).max(128) }).nullable(),
    /** What this session calls itself towards the same agent's others: "Chrome on Linux". */
    device: z.string().max(120),
    /**
     * Subscribes along with the greeting, which saves everybody who comes back a round trip: to these streams, each as
     * `stream.subscribe` does, and with `rest` to all others that this agent may see (its own stream and every inbox).
     */
    subscribe: z.strictObject({ streams: z.array(StreamFrom).max(1_000), rest: z.boolean() }).optional(),
  }),
  result: z.strictObject({
    protocol: z.number().int().positive(),
    serverTime: ServerTime,
    session: z.strictObject({ id: Id, key: z.string(), resumed: z.boolean() }),
    me: Me,
    logEpoch: Id,
    inboxes: z.array(InboxSummary),
    /** Place in the agent's own stream up to which `inboxes` is current: subscribe to it from here. */
    asOf: Cursor.optional(),
    /** What became of `subscribe`: one line a stream. Delivery starts after this answer. */
    streams: z
      .array(
        z.discriminatedUnion('ok', [
          SubscribedTo.extend({ stream: StreamId, ok: z.literal(true) }),
          z.strictObject({ stream: StreamId, ok: z.literal(false), error: WireErrorSchema }),
        ]),
      )
      .optional(),
    /** Locks this session holds now, after a resume. */
    locks: z.array(z.strictObject({ conversationId: Id, lock: LockView })),
    /** Milliseconds between two head beats; a client that hears nothing for three of them reconnects. */
    headBeat: z.number().int().positive(),
    /** Milliseconds between two typing signals of one agent in one conversation. */
    typingEvery: z.number().int().positive(),
    /** Milliseconds after which the token needs to be replaced by `auth.refresh`; null: it does not end. */
    tokenEndsAt: ServerTime.nullable(),
  }),
});
