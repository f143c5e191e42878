import { z } from 'zod';
import { Availability } from '../../model/presence.ts';
import { Person } from '../../model/agent.ts';
import { Typist, Viewer } from '../../model/presence.ts';
import { Id, Seq, StreamId } from '../../model/scalars.ts';
import { Cursor } from '../cursor.ts';
import { command } from '../command.ts';

/** Where delivery of a stream begins, and who is there. */
export const SubscribedTo = z.strictObject({
  logEpoch: Id,
  /** Delivery starts after this sequence number: the cursor's, or the head's. */
  from: Seq,
  head: Seq,
  /** Of an inbox: who is there at this moment. */
  present: z
    .strictObject({
      people: z.array(z.strictObject({ person: Person, availability: Availability })),
      /** How many are there; more than `people` holds in a very large inbox. */
      total: z.number().int().nonnegative(),
      conversations: z.array(
        z.strictObject({ conversationId: Id, viewers: z.array(Viewer), typists: z.array(Typist) }),
      ),
    })
    .nullable(),
});
export type SubscribedTo = z.infer<typeof SubscribedTo>;

/** A stream to be delivered, and the place from which on; null: from now on. */
export const StreamFrom = z.strictObject({
  stream: StreamId,
  after: Cursor.omit({ stream: true }).nullable(),
});
export type StreamFrom = z.infer<typeof StreamFrom>;

/**
 * Starts the delivery of a stream's events to this connection. With a cursor, everything after it is replayed in frames
 * first and the live stream follows, never interleaved; without one, delivery starts at the present head. A cursor of
 * another log epoch, ahead of the head, or more than 5 000 events behind gets `resync`: load afresh and subscribe without
 * one. Subscribing twice keeps one delivery. For an inbox the answer holds who is there at this moment.
 */
export const streamSubscribe = command({
  rate: 'subscribe',
  delivery: 'acknowledged',
  input: StreamFrom,
  result: SubscribedTo,
});
