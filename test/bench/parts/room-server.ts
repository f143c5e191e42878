/**
 * The delivery of events as the server composes it: a database on disk, the log, gateway with its pump, Socket.IO. Beside it a
 * writer that appends events on request. Its database stands in BENCH_DATABASE.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventData, StreamId } from '@latchbox/shared';
import { createMemoryHints } from '@latchbox/server/src/cluster/hints-memory.ts';
import { createMemoryLeases } from '@latchbox/server/src/cluster/leases-memory.ts';
import { createMemoryRegistry } from '@latchbox/server/src/cluster/registry-memory.ts';
import { createHeart } from '@latchbox/server/src/collaboration/heart.ts';
import { createPresence } from '@latchbox/server/src/collaboration/presence.ts';
import { createTyping } from '@latchbox/server/src/collaboration/typing.ts';
import { appendEvent, type Wake } from '@latchbox/server/src/database/event-log.ts';
import { deploymentIdentity } from '@latchbox/server/src/database/meta.ts';
import { openDatabase } from '@latchbox/server/src/database/open.ts';
import { conversationRow } from '@latchbox/server/src/database/rows.ts';
import { createDirectory } from '@latchbox/server/src/directory/directory.ts';
import { secretsOfTests } from '@latchbox/server/src/directory/testing/directory.ts';
import { systemClock } from '@latchbox/server/src/lib/clock.ts';
import { silentLog } from '@latchbox/server/src/lib/log.ts';
import { createMessaging } from '@latchbox/server/src/messaging/messaging.ts';
import { createComposing } from '@latchbox/server/src/messaging/composing/composing.ts';
import { createSendDoor, type SendDeps } from '@latchbox/server/src/messaging/sending/send.ts';
import { createGateway, type Gateway } from '@latchbox/server/src/realtime/gateway.ts';
import { attachSocketIo } from '@latchbox/server/src/realtime/socketio.ts';
import { serve } from './child.ts';
import { type Emission, inGroups, machineTime } from './emission.ts';

const clock = systemClock;
const log = silentLog;
const db = await openDatabase({ sqliteFile: process.env.BENCH_DATABASE ?? '' }, { clock, log });
const { logEpoch } = await deploymentIdentity(db);
const hints = createMemoryHints(log);
const leases = createMemoryLeases(clock);
const registry = createMemoryRegistry(clock);
const wake: Wake = (stream, appended) => hints.publish('wake', stream, appended);
const base = { db, hints, clock, log, wake, serverId: 'srv_bench', logEpoch };
const emit: Gateway['emitToInbox'] = (inboxId, item) => gateway.emitToInbox(inboxId, item);
const signals = {
  uncertain: (...told: Parameters<Gateway['signals']['uncertain']>) => gateway.signals.uncertain(...told),
  dropOlder: (...told: Parameters<Gateway['signals']['dropOlder']>) => gateway.signals.dropOlder(...told),
};
const heart = createHeart({ ...base, leases, signals, maxLocks: 20, sweepEvery: 500 });
const presence = createPresence({ ...base, registry, emit, beat: 10_000 });
const typing = createTyping({ ...base, registry, emit, expiresAfter: 6_000 });
const sending: SendDeps = {
  ...base,
  poke: () => undefined,
  endLock: heart.endLock,
  afterReply: heart.afterReply,
  activity: () => undefined,
};
const gateway: Gateway = createGateway({
  ...base,
  sessions: heart.sessions,
  locks: heart.locks,
  sendDoor: createSendDoor(sending),
  messaging: createMessaging(base),
  composing: createComposing({ ...sending, simulator: true }),
  directory: createDirectory({
    ...secretsOfTests(),
    ...base,
    locks: heart.locks,
    config: { ACCESS_TOKEN_MINUTES: 60, REFRESH_DAYS: 30, RATE_LIMIT_FACTOR: 1 },
  }),
  presence,
  typing,
});
const http = createServer();
attachSocketIo(http, { clock, gateway });
presence.start();
typing.start();
http.listen(0, '127.0.0.1', 4_096);
await once(http, 'listening');

/** One transaction with `count` events, and the time at which it was committed. */
async function append(stream: StreamId, data: EventData, count: number): Promise<number> {
  let committed = 0;
  await db.inTransaction(async (tx) => {
    // Registered first, so that it runs before anybody is woken.
    tx.afterCommit(() => (committed = machineTime()));
    for (let at = 0; at < count; at += 1) await appendEvent(tx, stream, data, wake);
  });
  return committed;
}

interface Target {
  readonly inboxId: string;
  readonly conversationId: string;
}
const eventOf = async ({ conversationId }: Target): Promise<EventData> => ({
  type: 'lock.granted',
  row: await conversationRow(db.read, conversationId),
});

serve({
  url: () => `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
  /** The JSON of such an event, for a bare server to send the like. */
  json: async (target: Target) => {
    const data = await eventOf(target);
    return JSON.stringify({
      t: 'event',
      event: { stream: `inbox:${target.inboxId}`, seq: 1_000, at: Date.now(), data },
    });
  },
  /** Appends events and has them delivered; answers when it began. */
  emit: async (emission: Emission & Target) => {
    const data = await eventOf(emission);
    return await inGroups(emission, async (count) => {
      await append(`inbox:${emission.inboxId}`, data, count);
    });
  },
  /** Appends one event; answers when it was in the log. */
  one: async (target: Target) => await append(`inbox:${target.inboxId}`, await eventOf(target), 1),
});
process.on('SIGTERM', () => process.exit(0));
