/** A small good run, made by hand, from which the checkers' own tests make bad ones. */

import type { ConversationRow, Entry, EventData, LockView } from '@latchbox/shared';
import type { Dump } from './history-dump.ts';
import type { Actor, Delivery, Op, Operations, OpName, Run } from './history.ts';

export const ANN: Actor = { agentId: 'agt_ann', sessionId: 'ses_ann' };
export const BEN: Actor = { agentId: 'agt_ben', sessionId: 'ses_ben' };
export const CONVERSATION = 'cnv_1';
export const STREAM = 'inbox:ibx_1';
/** Epoch ms at monotonic 0. */
export const WALL = 1_000_000;

const person = (actor: Actor) => ({ id: actor.agentId, name: actor.agentId });

const contact = { id: 'ctc_1', name: 'Cleo', address: 'cleo' };

export function row(lock: LockView, newestPosition: number): ConversationRow {
  return {
    id: CONVERSATION,
    inboxId: 'ibx_1',
    number: 1,
    channel: 'simulator',
    contact,
    subject: 'Paper',
    preview: { kind: 'message', author: 'Cleo', text: 'Hello' },
    status: 'open',
    assignee: null,
    createdAt: WALL,
    lastAt: WALL,
    newestPosition,
    newestIncoming: 1,
    lock,
    drafts: [],
  };
}

export function held(actor: Actor, fence: number): LockView {
  return {
    status: 'held',
    fence,
    holder: person(actor),
    sessionId: actor.sessionId,
    device: 'test',
    since: WALL,
    lockOn: 'compose',
    idle: { phase: 'active' },
    goneDeadline: null,
  };
}

export const free = (fence: number): LockView => ({ status: 'free', fence });

export function reply(actor: Actor, position: number, fence: number, clientId: string): Entry {
  return {
    id: `ent_${position}`,
    conversationId: CONVERSATION,
    position,
    at: WALL,
    kind: 'reply',
    author: person(actor),
    body: `text of ${clientId}`,
    clientId,
    fence,
    lateSend: false,
    delivery: { state: 'queued' },
  };
}

export function message(position: number): Entry {
  return {
    id: `ent_${position}`,
    conversationId: CONVERSATION,
    position,
    at: WALL,
    kind: 'message',
    author: contact,
    body: 'Hello',
  };
}

export const granted = (actor: Actor, fence: number, newest: number): EventData => ({
  type: 'lock.granted',
  row: row(held(actor, fence), newest),
});

export const ended = (actor: Actor, fence: number, newest: number): EventData => ({
  type: 'lock.ended',
  fence,
  holder: person(actor),
  reason: 'released',
  by: null,
  row: row(free(fence), newest),
});

export const added = (entry: Entry, lock: LockView): EventData => ({
  type: 'entry.added',
  entry,
  row: row(lock, entry.position),
});

let nextOp = 1;

/** An operation that took from `at` to `at + 10`. */
export function op<N extends OpName>(
  actor: Actor,
  name: N,
  at: number,
  args: Operations[N]['args'],
  answer: { result: Operations[N]['result'] } | { fail: string; details?: unknown },
): Op {
  const outcome =
    'result' in answer
      ? { outcome: 'ok', result: answer.result }
      : { outcome: 'fail', code: answer.fail, details: answer.details ?? {} };
  const id = nextOp++;
  return {
    id,
    process: actor.agentId,
    node: 'a',
    actor,
    op: name,
    args,
    tInvoke: at,
    tReturn: at + 10,
    ...outcome,
  } as unknown as Op;
}

export const acquire = (actor: Actor, at: number, fence: number, requestId = `request-${fence}`): Op =>
  op(actor, 'acquire', at, { conversationId: CONVERSATION, requestId }, { result: { fence } });

export const release = (actor: Actor, at: number, fence: number, wasHeld = true): Op =>
  op(
    actor,
    'release',
    at,
    { conversationId: CONVERSATION, fence, reason: 'released' },
    { result: { held: wasHeld } },
  );

export function send(
  actor: Actor,
  at: number,
  fence: number,
  clientId: string,
  stored: { position: number; seq: number },
): Op {
  const body = `text of ${clientId}`;
  return op(
    actor,
    'send',
    at,
    { conversationId: CONVERSATION, clientId, fence, lastSeen: stored.position - 1, body, then: 'stay' },
    { result: { entryId: `ent_${stored.position}`, ...stored, body, lateSend: false } },
  );
}

/** Numbers a list of events as one stream. */
export const logOf = (events: readonly EventData[]) =>
  events.map((data, index) => ({ stream: STREAM, seq: index + 1, data }));

/** What `client` got of these events when it subscribed at the beginning and stayed. */
export function deliveryOf(client: string, actor: Actor, events: Dump['events'], from = 0): Delivery {
  return {
    client,
    sessionId: actor.sessionId,
    agentId: actor.agentId,
    stream: STREAM,
    logEpoch: 'log_1',
    from,
    head: from,
    live: true,
    events: events.map(({ stream, seq, data }) => ({
      event: { stream, seq, at: WALL + seq, data },
      at: seq + 1,
    })),
  };
}

/** Ann takes the lock, answers and releases; then Ben does the same. */
export function goodRun(): Run {
  const log = logOf([
    added(message(1), free(0)),
    granted(ANN, 1, 1),
    added(reply(ANN, 2, 1, 'client-ann'), held(ANN, 1)),
    ended(ANN, 1, 2),
    granted(BEN, 2, 2),
    added(reply(BEN, 3, 2, 'client-ben'), held(BEN, 2)),
    ended(BEN, 2, 3),
  ]);
  const epoch = (actor: Actor, number: number, from: number, to: number) => ({
    conversationId: CONVERSATION,
    epoch: number,
    ...actor,
    requestId: `request-${number}`,
    grantedAt: WALL + from,
    endedAt: WALL + to,
    endReason: 'released',
  });
  const stored = (
    actor: Actor,
    position: number,
    lockEpoch: number,
    clientMessageId: string,
    eventSeq: number,
  ) => ({
    conversationId: CONVERSATION,
    position,
    agentId: actor.agentId,
    lockEpoch,
    clientMessageId,
    lateSend: 0,
    eventSeq,
  });
  const line = (position: number, kind: string, agentId: string | null, body: string) => ({
    conversationId: CONVERSATION,
    position,
    id: `ent_${position}`,
    kind,
    agentId,
    body,
  });
  const out = (position: number) => ({
    conversationId: CONVERSATION,
    position,
    messageKey: `key-${position}`,
    state: 'sent',
    claimDeadline: null,
    attempts: 1,
  });
  const dump: Dump = {
    epochs: [epoch(ANN, 1, 105, 305), epoch(BEN, 2, 405, 605)],
    replies: [stored(ANN, 2, 1, 'client-ann', 3), stored(BEN, 3, 2, 'client-ben', 6)],
    entries: [
      line(1, 'message', null, 'Hello'),
      line(2, 'reply', ANN.agentId, 'text of client-ann'),
      line(3, 'reply', BEN.agentId, 'text of client-ben'),
    ],
    events: log,
    streams: [{ id: STREAM, lastSeq: log.length }],
    outbox: [out(2), out(3)],
    attempts: [
      { messageKey: 'key-2', outcome: 'accepted' },
      { messageKey: 'key-3', outcome: 'accepted' },
    ],
    accepted: [
      { messageKey: 'key-2', body: 'text of client-ann' },
      { messageKey: 'key-3', body: 'text of client-ben' },
    ],
    conversations: [{ id: CONVERSATION, inboxId: 'ibx_1', lockEpoch: 2 }],
  };
  return {
    ops: [
      acquire(ANN, 100, 1),
      send(ANN, 200, 1, 'client-ann', { position: 2, seq: 3 }),
      op(
        BEN,
        'acquire',
        250,
        { conversationId: CONVERSATION, requestId: 'request-x' },
        {
          fail: 'lock_held',
          details: { holder: person(ANN), since: WALL },
        },
      ),
      release(ANN, 300, 1),
      acquire(BEN, 400, 2),
      send(BEN, 500, 2, 'client-ben', { position: 3, seq: 6 }),
      release(BEN, 600, 2),
    ],
    nemeses: [],
    deliveries: [deliveryOf('ann', ANN, log), deliveryOf('ben', BEN, log)],
    snapshots: [
      {
        client: 'ben',
        stream: STREAM,
        seq: 3,
        rows: [row(held(ANN, 1), 2)],
        threads: [{ conversationId: CONVERSATION, entries: [message(1), reply(ANN, 2, 1, 'client-ann')] }],
        complete: true,
      },
    ],
    dumps: [dump],
    wallOffset: WALL,
  };
}
