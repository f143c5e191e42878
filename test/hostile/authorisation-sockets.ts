/** The lines of the table for what is said over a socket. */

import type { SocketLine, Target } from './authorisation.ts';

let count = 0;
/** A client or request id that was never used. */
export const freshId = (): string => `hostile-${process.pid}-${(count += 1)}`;

const conversation = ({ conversation: conversationId }: Target) => ({ conversationId });
const request = (on: Target) => ({ ...conversation(on), requestId: freshId() });

/** From the inbox to somebody new. */
export const composed = ({ inbox }: Target) => ({
  account: `simulator:${inbox}`,
  to: { address: 'nobody-yet@quist.example' },
});

/** Somebody else may have it, or nobody. */
const LOCK = ['lock_held', 'lock_elsewhere', 'lock_required', 'lock_lost', 'conflict', 'limit'] as const;

export const SOCKET_LINES: Readonly<Record<string, SocketLine>> = {
  // Of the connection itself. `hello` is said by every connection; a second one is a mistake.
  hello: { needs: 'signed-in', input: () => ({}), also: ['conflict'] },
  'auth.refresh': { needs: 'signed-in', input: () => ({ token: 'none' }), also: ['unauthenticated'] },
  'session.close': { needs: 'signed-in', input: () => ({ signOut: false }) },
  presence: { needs: 'signed-in', input: () => ({ state: 'active' }) },
  activity: { needs: 'signed-in', input: (on) => ({ ...conversation(on), kind: 'reply' }) },

  'stream.subscribe': { needs: 'read', input: ({ inbox }) => ({ stream: `inbox:${inbox}`, after: null }) },
  'stream.unsubscribe': { needs: 'signed-in', input: ({ inbox }) => ({ stream: `inbox:${inbox}` }) },

  'inbox.counts': { needs: 'signed-in', input: () => ({}) },
  'conversation.list': {
    needs: 'read',
    input: ({ inbox }) => ({ filter: { inboxIds: [inbox] }, after: null, limit: 5 }),
  },
  'conversation.open': { needs: 'read', input: (on) => ({ ...conversation(on), view: true, limit: 5 }) },
  'conversation.older': { needs: 'read', input: (on) => ({ ...conversation(on), before: 1, limit: 5 }) },
  'conversation.history': { needs: 'read', input: (on) => ({ ...conversation(on), before: null, limit: 5 }) },
  'conversation.earlier': { needs: 'read', input: (on) => ({ ...conversation(on), limit: 5 }) },
  'conversation.leave': { needs: 'signed-in', input: conversation },
  'conversation.assign': { needs: 'reply', input: (on) => ({ ...conversation(on), assigneeId: null }) },
  'conversation.status': { needs: 'reply', input: (on) => ({ ...conversation(on), status: 'open' }) },
  'conversation.snooze': {
    needs: 'reply',
    input: (on) => ({ ...conversation(on), until: Date.now() + 3_600_000 }),
  },
  'conversation.mark': { needs: 'read', input: (on) => ({ ...conversation(on), read: 1 }) },

  'lock.acquire': { needs: 'reply', people: true, input: request, also: LOCK },
  'lock.move': { needs: 'reply', people: true, input: request, also: LOCK },
  // One's own can always be given back; any other answers `held: false`.
  'lock.release': {
    needs: 'signed-in',
    input: (on) => ({ ...conversation(on), fence: 1, reason: 'released' }),
    also: ['forbidden'],
  },
  'lock.stay': {
    needs: 'read',
    input: (on) => ({ ...conversation(on), fence: 1 }),
    also: [...LOCK, 'forbidden'],
  },
  'lock.join': { needs: 'reply', people: true, input: conversation, also: LOCK },
  'lock.leaveLine': { needs: 'read', people: true, input: conversation },
  'lock.acceptOffer': { needs: 'reply', people: true, input: request, also: LOCK },
  'lock.ask': {
    needs: 'reply',
    people: true,
    input: (on) => ({ ...conversation(on), note: 'May I?' }),
    also: LOCK,
  },
  // Whoever does not hold it has nothing to answer or to pass on: a reader learns no more than that.
  'lock.answer': {
    needs: 'read',
    people: true,
    input: (on) => ({ ...conversation(on), askId: 'ask_none', decision: 'keep' }),
    also: LOCK,
  },
  'lock.handOver': {
    needs: 'read',
    people: true,
    input: (on) => ({ ...conversation(on), fence: 1, to: on.colleague, note: '' }),
    also: LOCK,
  },
  'lock.takeOver': {
    needs: 'takes-over',
    people: true,
    input: (on) => ({ conversationId: on.held, requestId: freshId(), note: '' }),
    also: LOCK,
  },

  'draft.save': {
    needs: 'reply',
    input: (on) => ({ ...conversation(on), kind: 'reply', body: 'A draft', revision: 0 }),
    also: ['conflict'],
  },
  'reply.send': {
    needs: 'reply',
    input: (on) => ({
      ...conversation(on),
      clientId: freshId(),
      fence: 1,
      lastSeen: 1,
      body: 'x',
      then: 'stay',
    }),
    also: [...LOCK, 'thread_moved_on'],
  },
  // Position 1 is the customer's.
  'reply.retry': {
    needs: 'reply',
    input: (on) => ({ ...conversation(on), position: 1 }),
    also: ['not_found'],
  },
  'reply.drop': {
    needs: 'reply',
    input: (on) => ({ ...conversation(on), position: 1 }),
    also: ['not_found'],
  },
  'reply.undo': {
    needs: 'reply',
    input: (on) => ({ ...conversation(on), position: 1 }),
    also: ['not_found'],
  },
  'reply.prepare': { needs: 'reply', input: conversation },
  'reply.schedule': {
    needs: 'reply',
    input: (on) => ({ ...conversation(on), clientId: freshId(), lastSeen: 0, body: 'Later', sendAt: 9e15 }),
    also: ['invalid'],
  },
  'reply.scheduled': { needs: 'read', input: conversation },
  'reply.reschedule': { needs: 'signed-in', input: () => ({ id: 'sch_nobodys' }), also: ['not_found'] },
  'reply.unschedule': { needs: 'signed-in', input: () => ({ id: 'sch_nobodys' }), also: ['not_found'] },
  'note.add': {
    needs: 'read',
    input: (on) => ({ ...conversation(on), clientId: freshId(), body: 'A note' }),
  },

  'account.list': { needs: 'signed-in', input: () => ({}) },
  'account.setDefault': { needs: 'reply', input: ({ inbox }) => ({ inboxId: inbox }) },
  'contact.find': { needs: 'signed-in', input: () => ({ text: 'cora', limit: 5 }) },
  'compose.check': { needs: 'reply', input: composed },
  'conversation.compose': {
    needs: 'reply',
    input: (on) => ({ ...composed(on), clientId: freshId(), body: 'x' }),
  },
};

/** The same command with an input that needs something else. */
export const FURTHER_SOCKET_LINES: readonly (readonly [string, SocketLine])[] = [
  [
    'draft.save',
    {
      needs: 'read',
      input: (on) => ({ ...conversation(on), kind: 'note', body: 'A draft', revision: 0 }),
      also: ['conflict'],
    },
  ],
  [
    'stream.subscribe',
    {
      needs: 'read',
      input: ({ inbox }) => ({ stream: `inbox:${inbox}`, after: { logEpoch: 'other', seq: 0 } }),
      also: ['resync'],
    },
  ],
];
