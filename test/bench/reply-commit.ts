/** Storing a reply through the send door beside the same rows written raw, both with `synchronous=FULL`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryHints } from '@latchbox/server/src/cluster/hints-memory.ts';
import { createMemoryLeases } from '@latchbox/server/src/cluster/leases-memory.ts';
import { createHeart } from '@latchbox/server/src/collaboration/heart.ts';
import { openDatabase } from '@latchbox/server/src/database/open.ts';
import { givenOrganisation } from '@latchbox/server/src/database/testing/given.ts';
import { systemClock } from '@latchbox/server/src/lib/clock.ts';
import { silentLog } from '@latchbox/server/src/lib/log.ts';
import { createSendDoor } from '@latchbox/server/src/messaging/sending/send.ts';
import { type BenchCase, sideBySide } from './case.ts';
import { openRawStore } from './raw-store.ts';

const BODY =
  'Thank you for waiting. Your parcel left our bench this morning and is with the courier now. '.repeat(4);

export const replyCommit: BenchCase = {
  name: 'reply commit',
  baseline: 'the same rows into the same schema through raw better-sqlite3, one FULL commit',
  target: { atMost: 2 },
  async measure() {
    const folder = await mkdtemp(join(tmpdir(), 'latchbox-bench-'));
    const clock = systemClock;
    const db = await openDatabase({ sqliteFile: join(folder, 'ours.sqlite') }, { clock, log: silentLog });
    const given = await givenOrganisation(db, { lockOn: 'open' });
    const heart = createHeart({
      db,
      clock,
      log: silentLog,
      leases: createMemoryLeases(clock),
      hints: createMemoryHints(),
      wake: () => undefined,
      signals: { uncertain: () => undefined, dropOlder: () => undefined },
      serverId: 'srv_bench',
      maxLocks: 20,
      sweepEvery: 500,
    });
    const door = createSendDoor({
      db,
      wake: () => undefined,
      poke: () => undefined,
      logEpoch: 'log_bench',
      endLock: heart.endLock,
      afterReply: heart.afterReply,
      activity: () => undefined,
    });
    const start = {
      agentId: given.anna.id,
      agentName: given.anna.name,
      signInId: null,
      device: 'bench',
      kind: 'socket',
    } as const;
    const { holder } = await heart.sessions.start(start);
    const { conversationId } = given;
    const { fence } = await heart.locks.acquire(holder, { conversationId, requestId: 'bench-request' });
    let lastSeen = 1;
    const raw = await openRawStore(join(folder, 'bare.sqlite'));
    raw.grant(0);
    try {
      const times = await sideBySide(
        async (call) => {
          const input = {
            conversationId,
            clientId: `bench-${call}`,
            fence,
            lastSeen,
            body: BODY,
            then: 'stay' as const,
          };
          lastSeen = (await door.send(holder, input)).entry.position;
        },
        (call) => raw.reply(call, BODY),
      );
      return { ...times, unit: 'µs' };
    } finally {
      await heart.close();
      await db.close();
      raw.close();
      await rm(folder, { recursive: true });
    }
  },
};
