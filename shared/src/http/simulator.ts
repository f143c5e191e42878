import { z } from 'zod';
import { Id, MessageBody, ServerTime } from '../model/scalars.ts';
import { ApiCode, line, queryInt } from './fields.ts';
import { route } from './route.ts';

/** Secret of one customer's thread. It travels in a body or as a bearer token, never in an address. */
const ThreadToken = z
  .string()
  .min(16)
  .max(256)
  .regex(/^[A-Za-z0-9_.-]+$/);

/** The routes of the customer page; `not_found` where the simulator channel is switched off. */
export const simulatorInboxes = route({
  method: 'GET',
  path: '/api/simulator/inboxes',
  summary: 'The inboxes a simulated customer can write to',
  auth: 'none',
  rate: 'public',
  response: z.strictObject({
    inboxes: z.array(z.strictObject({ id: Id, name: z.string(), apiCode: z.string() })),
  }),
  errors: ['not_found'],
});

/** The same `providerId` in the same inbox twice is stored once. */
export const simulatorWrite = route({
  method: 'POST',
  path: '/api/simulator/messages',
  summary: 'Write as a customer: a new conversation, or on with the one of `threadToken`',
  auth: 'none',
  rate: 'public',
  body: z.strictObject({
    inboxCode: ApiCode,
    from: z.strictObject({ name: line(200), address: line(320) }),
    /** May be empty where a thread goes on. */
    subject: z.union([z.literal(''), line(500)]),
    body: MessageBody,
    threadToken: ThreadToken.nullable(),
    providerId: z
      .string()
      .min(8)
      .max(64)
      .regex(/^[A-Za-z0-9_-]+$/),
  }),
  response: z.strictObject({ threadToken: z.string() }),
  status: 201,
  errors: ['not_found'],
});

export const simulatorThread = route({
  method: 'GET',
  path: '/api/simulator/thread',
  summary: 'What the customer wrote and what came back; the thread token is the bearer token',
  auth: 'thread',
  rate: 'public',
  query: z.strictObject({
    /** Only what came after this many messages. */
    after: queryInt(0, Number.MAX_SAFE_INTEGER).optional(),
  }),
  response: z.strictObject({
    messages: z.array(
      z.strictObject({
        id: z.string(),
        from: z.enum(['customer', 'team']),
        author: z.string(),
        body: z.string(),
        at: ServerTime,
      }),
    ),
  }),
  errors: ['unauthenticated', 'not_found'],
});
