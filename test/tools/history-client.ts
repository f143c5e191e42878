/** A wire client whose acts are written into a history. */

import { randomUUID } from 'node:crypto';
import type { ReplyEntry, UpInput, UpName, UpResult } from '@latchbox/shared';
import type { Actor, History, Operations } from './history.ts';
import { connectWire, type WireClient, type WireOptions } from './wire-client.ts';

/** A new client or request id. */
export const newClientId = (): string => randomUUID();

interface ReplyInput {
  readonly fence: number;
  readonly lastSeen: number;
  readonly body?: string;
  readonly clientId?: string;
  /** What follows the send; default `stay`. */
  readonly next?: 'stay' | 'archive';
}

export interface HistoryClient extends AsyncDisposable {
  readonly wire: WireClient;
  readonly actor: Actor;
  acquire(conversationId: string, requestId?: string): Promise<UpResult<'lock.acquire'>>;
  /** Moves the lock here from the agent's other session. */
  move(conversationId: string, requestId?: string): Promise<UpResult<'lock.move'>>;
  /** Takes the lock away from its holder. */
  takeOver(conversationId: string, requestId?: string): Promise<UpResult<'lock.takeOver'>>;
  acceptOffer(conversationId: string, requestId?: string): Promise<UpResult<'lock.acceptOffer'>>;
  /** Passes the lock to a colleague; null withdraws the offer of it. */
  handOver(conversationId: string, fence: number, to: string | null): Promise<UpResult<'lock.handOver'>>;
  join(conversationId: string): Promise<UpResult<'lock.join'>>;
  leaveLine(conversationId: string): Promise<UpResult<'lock.leaveLine'>>;
  ask(conversationId: string): Promise<UpResult<'lock.ask'>>;
  answer(conversationId: string, askId: string, decision: 'pass' | 'keep'): Promise<object>;
  release(
    conversationId: string,
    fence: number,
    reason?: 'released' | 'declined',
  ): Promise<{ held: boolean }>;
  stay(conversationId: string, fence: number): Promise<object>;
  leave(conversationId: string): Promise<object>;
  close(signOut?: boolean): Promise<object>;
  send(conversationId: string, input: ReplyInput): Promise<Operations['send']['result']>;
  note(conversationId: string, body: string): Promise<{ entryId: string }>;
}

/** What the checkers compare of a stored reply. */
export function answerOf(stored: UpResult<'reply.send'>): Operations['send']['result'] {
  const entry = stored.entry as ReplyEntry;
  return {
    entryId: entry.id,
    position: entry.position,
    seq: stored.asOf.seq,
    body: entry.body,
    lateSend: entry.lateSend,
  };
}

type Passing = 'takeOver' | 'handOver' | 'join' | 'leaveLine' | 'ask' | 'answer';

/** Writes the acts of a connected client down, as those of `process` on `node`. */
export function recordedClient(
  history: History,
  wire: WireClient,
  where: { readonly process: string; readonly node: string },
): HistoryClient {
  const actor: Actor = { agentId: wire.hello.me.id, sessionId: wire.hello.session.id };
  const start = { ...where, actor };

  async function grant(
    op: 'acquire' | 'move' | 'acceptOffer',
    args: UpInput<'lock.acquire'>,
  ): Promise<UpResult<'lock.acquire'>> {
    let granted: UpResult<'lock.acquire'> | undefined;
    const { fence } = await history.record({ ...start, op, args }, async () => {
      granted = await wire.call(`lock.${op}`, args);
      return { fence: granted.fence };
    });
    return granted ?? ({ fence } as UpResult<'lock.acquire'>);
  }

  /** A command of which the history keeps what was asked and what was answered. */
  async function plain<N extends Passing, C extends UpName>(
    op: N,
    command: C,
    args: UpInput<C> & Operations[N]['args'],
  ): Promise<UpResult<C>> {
    const result = await history.record(
      { ...start, op, args } as never,
      () => wire.call(command, args) as never,
    );
    return result as never;
  }

  return {
    wire,
    actor,
    acquire: (conversationId, requestId = newClientId()) => grant('acquire', { conversationId, requestId }),
    move: (conversationId, requestId = newClientId()) => grant('move', { conversationId, requestId }),
    acceptOffer: (conversationId, requestId = newClientId()) =>
      grant('acceptOffer', { conversationId, requestId }),
    takeOver: (conversationId, requestId = newClientId()) =>
      plain('takeOver', 'lock.takeOver', { conversationId, requestId, note: '' }),
    handOver: (conversationId, fence, to) =>
      plain('handOver', 'lock.handOver', { conversationId, fence, to, note: '' }),
    join: (conversationId) => plain('join', 'lock.join', { conversationId }),
    leaveLine: (conversationId) => plain('leaveLine', 'lock.leaveLine', { conversationId }),
    ask: (conversationId) => plain('ask', 'lock.ask', { conversationId, note: '' }),
    answer: (conversationId, askId, decision) =>
      plain('answer', 'lock.answer', { conversationId, askId, decision }),
    release(conversationId, fence, reason = 'released') {
      const args = { conversationId, fence, reason };
      return history.record({ ...start, op: 'release', args }, () => wire.call('lock.release', args));
    },
    stay(conversationId, fence) {
      const args = { conversationId, fence };
      return history.record({ ...start, op: 'stay', args }, () => wire.call('lock.stay', args));
    },
    leave(conversationId) {
      const args = { conversationId };
      return history.record({ ...start, op: 'leave', args }, () => wire.call('conversation.leave', args));
    },
    close(signOut = false) {
      const args = { signOut };
      return history.record({ ...start, op: 'close', args }, () => wire.call('session.close', args));
    },
    send(
      conversationId,
      { fence, lastSeen, body = `A reply under ${fence}`, clientId = newClientId(), next = 'stay' },
    ) {
      const args: UpInput<'reply.send'> = { conversationId, clientId, fence, lastSeen, body, then: next };
      return history.record({ ...start, op: 'send', args }, async () =>
        answerOf(await wire.call('reply.send', args)),
      );
    },
    note(conversationId, body) {
      const args = { conversationId, clientId: newClientId(), body };
      return history.record({ ...start, op: 'note', args }, async () => {
        const { entry } = await wire.call('note.add', args);
        return { entryId: entry.id };
      });
    },
    [Symbol.asyncDispose]: () => wire[Symbol.asyncDispose](),
  };
}

/** Connects and records. */
export async function connectRecorded(
  history: History,
  options: WireOptions,
  where: { readonly process: string; readonly node: string },
): Promise<HistoryClient> {
  return recordedClient(history, await connectWire(options), where);
}
