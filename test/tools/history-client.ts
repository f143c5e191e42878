/** A wire client whose acts are written into a history. */

import { randomUUID } from 'node:crypto';
import type { ReplyEntry, UpInput, UpResult } from '@latchbox/shared';
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

/** Writes the acts of a connected client down, as those of `process` on `node`. */
export function recordedClient(
  history: History,
  wire: WireClient,
  where: { readonly process: string; readonly node: string },
): HistoryClient {
  const actor: Actor = { agentId: wire.hello.me.id, sessionId: wire.hello.session.id };
  const start = { ...where, actor };

  async function grant(
    op: 'acquire' | 'move',
    args: UpInput<'lock.acquire'>,
  ): Promise<UpResult<'lock.acquire'>> {
    let granted: UpResult<'lock.acquire'> | undefined;
    const { fence } = await history.record({ ...start, op, args }, async () => {
      granted = await wire.call(`lock.${op}`, args);
      return { fence: granted.fence };
    });
    return granted ?? ({ fence } as UpResult<'lock.acquire'>);
  }

  return {
    wire,
    actor,
    acquire: (conversationId, requestId = newClientId()) => grant('acquire', { conversationId, requestId }),
    move: (conversationId, requestId = newClientId()) => grant('move', { conversationId, requestId }),
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
