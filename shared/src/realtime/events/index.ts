import { z } from 'zod';
import { Seq, ServerTime, StreamId } from '../../model/scalars.ts';
import { conversationChanged } from './conversation-changed.ts';
import { conversationMoved } from './conversation-moved.ts';
import { draftChanged } from './draft-changed.ts';
import { entryAdded } from './entry-added.ts';
import { entryChanged } from './entry-changed.ts';
import { inboxChanged } from './inbox-changed.ts';
import { inboxHidden } from './inbox-hidden.ts';
import { inboxVisible } from './inbox-visible.ts';
import { lockChanged } from './lock-changed.ts';
import { lockEnded } from './lock-ended.ts';
import { lockGranted } from './lock-granted.ts';
import { memberChanged } from './member-changed.ts';
import { notificationAdded } from './notification-added.ts';
import { notificationRead } from './notification-read.ts';
import { readMarked } from './read-marked.ts';
import { replyDelivery } from './reply-delivery.ts';
import { scheduledChanged } from './scheduled-changed.ts';

/** What a durable event tells. The first eleven stand in inbox streams, the last six in an agent's own. */
export const EventData = z.discriminatedUnion('type', [
  lockGranted,
  lockChanged,
  lockEnded,
  entryAdded,
  entryChanged,
  replyDelivery,
  draftChanged,
  conversationChanged,
  conversationMoved,
  inboxChanged,
  memberChanged,
  inboxVisible,
  inboxHidden,
  readMarked,
  scheduledChanged,
  notificationAdded,
  notificationRead,
]);
export type EventData = z.infer<typeof EventData>;
export type EventType = EventData['type'];

/** A durable event with its place: per stream `seq` runs 1, 2, 3 … without a gap, in the order of the commits (L16). */
export const StreamEvent = z.strictObject({
  stream: StreamId,
  seq: Seq.min(1),
  at: ServerTime,
  data: EventData,
});
export type StreamEvent = z.infer<typeof StreamEvent>;
