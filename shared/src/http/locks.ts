import { z } from 'zod';
import { LockNote, LockPeriod, LockView } from '../model/lock.ts';
import { HandedOver } from '../realtime/up/lock-hand-over.ts';
import { ClientId, FenceNumber, Id, ServerTime } from '../model/scalars.ts';
import { ConversationParams } from './conversations.ts';
import { line, queryInt } from './fields.ts';
import { route } from './route.ts';

/** The session that holds a lock over REST; its key proves it. */
export const RestSession = z.strictObject({ id: Id, key: z.string().min(16).max(128) });

const path = '/api/conversations/{conversation}/lock';

const begin = z.strictObject({
  requestId: ClientId,
  /** What the session calls itself towards the same agent's others. */
  device: line(120).optional(),
});
const begun = z.strictObject({
  fence: FenceNumber,
  lock: LockView,
  session: RestSession,
  /** Call `renewLock` before this moment, best every third of the way there. */
  renewBefore: ServerTime,
});

/**
 * Starts a session whose live connection is `renewLock`, and takes the lock for it. Repeating the call with the same
 * `requestId` answers the same fence and session while that grant stands, and `lock_lost` once it is over.
 */
export const acquireLock = route({
  method: 'POST',
  path,
  summary: 'Take the lock of a conversation and hold it by renewing it',
  rate: 'lock',
  params: ConversationParams,
  body: begin,
  response: begun,
  status: 201,
  errors: [
    'forbidden',
    'not_found',
    'lock_held',
    'lock_elsewhere',
    'lock_lost',
    'limit',
    'conflict',
    'closed',
    'offline',
    'coordination_unavailable',
  ],
});

/**
 * As `acquireLock`, for the lock that I hold in another tab, device or session: it ends there as `moved` and goes on here under
 * the next fence. When nobody holds it, `lock_required`: take it.
 */
export const moveLock = route({
  method: 'POST',
  path: `${path}/move`,
  summary: 'Move my lock of a conversation from my other tab or device to here (L14)',
  rate: 'lock',
  params: ConversationParams,
  body: begin,
  response: begun,
  status: 201,
  errors: [
    'forbidden',
    'not_found',
    'lock_held',
    'lock_required',
    'lock_lost',
    'conflict',
    'closed',
    'offline',
    'coordination_unavailable',
  ],
});

/** As the command `lock.takeOver` (L13), for a session whose live connection is `renewLock`. */
export const takeOverLock = route({
  method: 'POST',
  path: `${path}/take-over`,
  summary: 'Take the lock away from its holder, where the inbox allows it (L13)',
  rate: 'lock',
  params: ConversationParams,
  body: begin.extend({ note: LockNote.optional() }),
  response: begun,
  status: 201,
  errors: [
    'forbidden',
    'not_found',
    'limit',
    'lock_required',
    'lock_lost',
    'conflict',
    'closed',
    'offline',
    'coordination_unavailable',
  ],
});

/** As the command `lock.handOver` (L12). `to: null` withdraws an offer. */
export const handOverLock = route({
  method: 'POST',
  path: `${path}/hand-over`,
  summary: 'Pass my lock and my reply draft to a colleague (L12)',
  rate: 'lock',
  params: ConversationParams,
  body: z.strictObject({
    fence: FenceNumber,
    session: RestSession,
    to: Id.nullable(),
    note: LockNote.optional(),
  }),
  response: HandedOver,
  errors: ['forbidden', 'not_found', 'conflict', 'lock_lost', 'lock_required', 'coordination_unavailable'],
});

export const renewLock = route({
  method: 'PUT',
  path,
  summary: 'Go on holding the lock',
  rate: 'lock',
  params: ConversationParams,
  body: z.strictObject({
    fence: FenceNumber,
    session: RestSession,
    /** True: something was done since the last call, which puts off the idle ping or answers it. */
    active: z.boolean().optional(),
  }),
  response: z.strictObject({ renewBefore: ServerTime }),
  errors: ['not_found', 'lock_lost', 'lock_required', 'coordination_unavailable'],
});

export const releaseLock = route({
  method: 'DELETE',
  path,
  summary: 'Give the lock back; a lock that is not held any more is no error',
  rate: 'lock',
  params: ConversationParams,
  body: z.strictObject({ fence: FenceNumber, session: RestSession }),
  response: z.strictObject({ held: z.boolean() }),
  errors: ['not_found'],
});

/** Newest first. As CSV it is the whole history in one file, and `before` and `limit` are not used. */
export const lockHistory = route({
  method: 'GET',
  path: '/api/conversations/{conversation}/lock-history',
  summary: 'Who held the lock, from when to when, when they were asked, and why it ended (L19)',
  params: ConversationParams,
  query: z.strictObject({
    before: queryInt(1, Number.MAX_SAFE_INTEGER).optional(),
    limit: queryInt(1, 500).optional(),
    format: z.enum(['json', 'csv']).optional(),
  }),
  response: z.strictObject({ periods: z.array(LockPeriod), hasMore: z.boolean() }),
  otherTypes: ['text/csv'],
  errors: ['not_found'],
});
