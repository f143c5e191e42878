/** The log and the stored replies of a run, held against what clients were told. */
import type { Sent } from './seat.ts';
import type { World } from './world.ts';

interface Line {
  readonly stream: string;
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly conversationId: string | null;
  readonly fence: number | null;
  readonly entryFence: number | null;
  readonly personId: string | null;
  readonly capability: string | null;
}

interface Reply {
  readonly conversationId: string;
  readonly position: number;
  readonly agentId: string;
  readonly epoch: number;
  readonly clientId: string;
  readonly eventSeq: number;
}

function log(world: World): Line[] {
  return world.office.store.raw
    .prepare<[], Line>(
      `SELECT stream, seq, at, data ->> '$.type' AS type, data ->> '$.row.id' AS conversationId,
         data ->> '$.row.lock.fence' AS fence, data ->> '$.entry.fence' AS entryFence,
         data ->> '$.person.id' AS personId, data ->> '$.capability' AS capability
       FROM events ORDER BY stream, seq`,
    )
    .all();
}

/** Dense, fences only grow in it, no reply stands behind a newer grant, and nobody was told what was not theirs to know. */
export function checkLog(world: World): void {
  const lines = log(world);
  const heads = new Map<string, number>();
  const fences = new Map<string, number>();
  const granted = new Set<string>();
  for (const line of lines) {
    const { stream, seq, conversationId, fence, entryFence } = line;
    const before = heads.get(stream) ?? 0;
    if (seq !== before + 1) world.violated('I19 dense log', `${stream} has ${seq} after ${before}`);
    heads.set(stream, seq);
    if (conversationId === null || fence === null) continue;
    const newest = fences.get(conversationId) ?? 0;
    if (fence < newest)
      world.violated(
        'I2 fences grow',
        `${stream} ${seq}: fence ${fence} of ${conversationId} after ${newest}`,
      );
    if (line.type === 'lock.granted') {
      const grant = `fence ${fence} of ${conversationId}`;
      if (granted.has(grant)) world.violated('I2 fences grow', `${stream} ${seq}: ${grant} is granted twice`);
      granted.add(grant);
    }
    if (entryFence !== null && entryFence !== Math.max(fence, newest))
      world.violated(
        'I3 fencing',
        `${stream} ${seq}: a reply under fence ${entryFence} when ${newest} was the newest`,
      );
    fences.set(conversationId, Math.max(newest, fence));
  }
  checkComplete(world, heads);
  checkMembership(world, lines);
}

/** Everybody has every event up to the head, of the streams that they have now. */
function checkComplete(world: World, heads: ReadonlyMap<string, number>): void {
  for (const seat of world.seats) {
    const newest = new Map<string, number>();
    for (const { stream, seq } of seat.received) newest.set(stream, seq);
    for (const { id } of seat.client.inboxes.getSnapshot()) {
      const stream = `inbox:${id}`;
      const head = heads.get(stream) ?? 0;
      const last = newest.get(stream);
      // Nothing at all: it came by a snapshot, which is compared by itself.
      if (last !== undefined && last > head)
        world.violated('I20 no loss', `${seat.name} is beyond the end of ${stream}`);
    }
  }
}

/** What was written after somebody's removal is not told to them before they are a member again. */
function checkMembership(world: World, lines: readonly Line[]): void {
  const changes = lines.filter(({ type }) => type === 'member.changed');
  for (const removed of changes.filter(({ capability }) => capability === null)) {
    const again = changes.find(
      (line) =>
        line.stream === removed.stream && line.seq > removed.seq && line.personId === removed.personId,
    );
    const until = again === undefined ? Infinity : again.at - world.started;
    for (const seat of world.seats.filter(({ agentId }) => agentId === removed.personId)) {
      const leak = seat.received.find(
        ({ stream, seq, at }) =>
          stream === removed.stream && seq > removed.seq && seq < (again?.seq ?? Infinity) && at < until,
      );
      if (leak !== undefined)
        world.violated(
          'I24 membership',
          `${seat.name} was told ${leak.stream} ${leak.seq} after the removal in ${removed.seq}`,
        );
    }
  }
}

/** Every send that was acknowledged is stored once, as it was acknowledged; none that was refused is. */
export function checkStored(world: World): void {
  const { raw } = world.office.store;
  const replies = raw
    .prepare<[], Reply>(
      `SELECT conversation_id AS conversationId, position, agent_id AS agentId, lock_epoch AS epoch,
         client_message_id AS clientId, event_seq AS eventSeq FROM replies
       UNION ALL SELECT conversation_id, position, agent_id, 0, client_message_id, event_seq FROM notes`,
    )
    .all();
  const stored = new Map<string, Reply>();
  for (const reply of replies) {
    const key = `${reply.agentId} ${reply.clientId}`;
    if (stored.has(key)) world.violated('I10 stored once', `${key} is stored twice`);
    stored.set(key, reply);
  }
  const pressed = new Set<string>();
  for (const seat of world.seats)
    for (const sent of seat.allSent) {
      const key = `${sent.agentId} ${sent.clientId}`;
      pressed.add(key);
      checkSent(world, sent, stored.get(key));
    }
  for (const key of stored.keys())
    if (!pressed.has(key)) world.violated('I12 no phantom', `nobody sent ${key}`);
  checkDatabase(world);
}

function checkSent(world: World, sent: Sent, reply: Reply | undefined): void {
  const what = `${sent.seat}'s ${sent.kind} "${sent.body}"`;
  switch (sent.outcome) {
    case 'ok': {
      const is = reply && `${reply.position} ${sent.kind === 'reply' ? reply.epoch : ''}`;
      if (is !== sent.stored)
        world.violated(
          'I10 ack is durable',
          `${what} was acknowledged as ${sent.stored ?? ''}, stored is ${is ?? 'nothing'}`,
        );
      if (reply !== undefined) checkSeen(world, sent, reply);
      break;
    }
    case 'pending':
      world.violated('nobody waits for ever', `${what} has no outcome`);
      break;
    case 'unknown':
    // The client gave up waiting, or its user did: it may have arrived.
    case 'timeout':
    case 'offline':
    case 'closed':
    case 'aborted':
      break;
    default:
      if (reply !== undefined && !(sent.outcome === 'not_found' && wasRemovedSince(world, reply)))
        world.violated('I12 no phantom', `${what} was refused (${sent.outcome}) and is stored`);
  }
}

/**
 * Whether its author was removed from the inbox after it was stored. Where the answer got lost with a connection, the client asks
 * again, and `not_found` then says that this is nobody's to see who is no member (I24): not that it was not stored.
 */
function wasRemovedSince(world: World, { conversationId, agentId, eventSeq }: Reply): boolean {
  const removals = world.office.store.all(
    `SELECT seq FROM events WHERE stream = (SELECT 'inbox:' || inbox_id FROM conversations WHERE id = ?)
       AND seq > ? AND data ->> '$.type' = 'member.changed'
       AND data ->> '$.person.id' = ? AND data ->> '$.capability' IS NULL`,
    conversationId,
    eventSeq,
    agentId,
  );
  return removals.length > 0;
}

/** Nothing that moves the thread on stands between what its author saw and the reply. Notes may be blind. */
function checkSeen(world: World, sent: Sent, { conversationId, position }: Reply): void {
  if (sent.kind !== 'reply') return;
  const unseen = world.office.store.raw
    .prepare<[string, number, number, string], { position: number }>(
      `SELECT position FROM entries WHERE conversation_id = ? AND position > ? AND position < ?
         AND kind != 'activity' AND (agent_id IS NULL OR agent_id != ?)`,
    )
    .all(conversationId, sent.lastSeen, position, sent.agentId);
  if (unseen.length === 0) return;
  const what = `${sent.seat}'s reply "${sent.body}" is entry ${position}, and its author had seen ${sent.lastSeen}`;
  world.violated(
    'I14 no blind reply',
    `${what}: not entry ${unseen.map((entry) => entry.position).join(', ')}`,
  );
}

const RULES: readonly { readonly invariant: string; readonly what: string; readonly find: string }[] = [
  {
    invariant: 'I1 one agent an epoch',
    what: 'replies under an epoch of somebody else',
    find: `SELECT * FROM replies r WHERE NOT EXISTS (SELECT 1 FROM lock_epochs e
      WHERE e.conversation_id = r.conversation_id AND e.epoch = r.lock_epoch AND e.agent_id = r.agent_id)`,
  },
  {
    invariant: 'I13 atomic triple',
    what: 'replies without an outbox row',
    find: `SELECT * FROM replies r WHERE NOT EXISTS (SELECT 1 FROM outbox o
      WHERE o.conversation_id = r.conversation_id AND o.position = r.position)`,
  },
  {
    invariant: 'I13 atomic triple',
    what: 'replies without their event',
    find: `SELECT * FROM replies r WHERE NOT EXISTS (SELECT 1 FROM events v WHERE v.seq = r.event_seq
      AND v.data ->> '$.entry.id' = (SELECT id FROM entries n
        WHERE n.conversation_id = r.conversation_id AND n.position = r.position))`,
  },
  {
    invariant: 'I15 at least once',
    what: 'replies that nobody delivers',
    find: `SELECT * FROM replies WHERE delivery = 'queued'`,
  },
];

function checkDatabase(world: World): void {
  for (const { invariant, what, find } of RULES) {
    const found = world.office.store.all(find);
    if (found.length > 0) world.violated(invariant, `${found.length} ${what}`);
  }
}
