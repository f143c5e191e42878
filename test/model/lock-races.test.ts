/** The lock machine, all at once: three sessions act side by side, and fast-check decides who goes on when. */
import type { Holder } from '@latchbox/server/src/collaboration/holder.ts';
import { LatchboxError } from '@latchbox/shared';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AgentName, type ConversationName, type Office, openOffice } from '../simulation/office.ts';
import { type Desk, openDesk, runs } from './desk.ts';

const WHO: readonly AgentName[] = ['Ana', 'Ana', 'Ben'];
const ACTS = ['acquire', 'acquire', 'acquire', 'release', 'send', 'send', 'move', 'lose', 'resume'] as const;
type Act = (typeof ACTS)[number];

interface Deed {
  readonly act: Act;
  readonly where: ConversationName;
}

/** What the answers said, to be held against the database. */
interface Ledger {
  /** By conversation and fence: the sessions that were told to have it. */
  readonly granted: Map<string, Set<string>>;
  readonly sent: { readonly clientId: string; readonly fence: number; readonly stored: boolean }[];
  requests: number;
}

/** Every refusal is an answer; anything else is a fault. */
async function answered<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (LatchboxError.is(error) && error.code !== 'internal') return undefined;
    throw error;
  }
}

/** One session's deeds, one after the other. */
async function play(desk: Desk, who: number, deeds: readonly Deed[], ledger: Ledger): Promise<void> {
  const agent = WHO[who]!;
  const joined = await desk.join(agent);
  let holder: Holder = joined.holder;
  const fences = new Map<ConversationName, number>();
  const { locks, sessions } = desk.services.heart;
  for (const { act, where } of deeds) {
    const conversationId = desk.office.conversations[where].id;
    const requestId = `request ${(ledger.requests += 1)}`;
    const fence = fences.get(where) ?? 1;
    switch (act) {
      case 'acquire':
      case 'move': {
        const grant = await answered(locks[act](holder, { conversationId, requestId }));
        if (grant === undefined) break;
        fences.set(where, grant.fence);
        const key = `${where} ${grant.fence}`;
        ledger.granted.set(key, (ledger.granted.get(key) ?? new Set()).add(holder.sessionId));
        break;
      }
      case 'release':
        await locks.release(holder, { conversationId, fence, reason: 'released' });
        break;
      case 'send': {
        const clientId = `${requestId} of ${agent} ${who}`;
        const input = {
          conversationId,
          clientId,
          lastSeen: 1_000,
          body: clientId,
          then: 'stay',
          fence,
        } as const;
        const newest = newestPosition(desk, conversationId);
        const stored = await answered(desk.services.sendDoor.send(holder, { ...input, lastSeen: newest }));
        ledger.sent.push({ clientId, fence, stored: stored !== undefined });
        break;
      }
      case 'lose':
        await sessions.connectionLost(holder);
        break;
      case 'resume':
        holder = (await desk.resume(agent, holder.sessionId, joined.key)) ?? holder;
        break;
    }
  }
}

function newestPosition({ office }: Desk, conversationId: string): number {
  const row = office.store.raw
    .prepare<[string], { position: number }>(
      'SELECT max(position) AS position FROM entries WHERE conversation_id = ?',
    )
    .get(conversationId);
  return row?.position ?? 0;
}

/** Lets go on whom the scheduler picks, and time pass for whoever waits for time. */
async function untilDone(scheduler: fc.Scheduler, desk: Desk, work: Promise<unknown>): Promise<void> {
  let done = false;
  void work.finally(() => {
    done = true;
  });
  for (let idle = 0; !done; ) {
    await desk.time.advance(0);
    if (scheduler.count() > 0) {
      idle = 0;
      await scheduler.waitOne();
    } else {
      idle += 1;
      if (idle > 5_000) throw new Error('somebody waits for ever');
      await desk.time.advance(5);
    }
  }
  await work;
}

interface Epoch {
  readonly conversationId: string;
  readonly epoch: number;
  readonly sessionId: string;
  readonly leaseToken: string;
  readonly endedAt: number | null;
  readonly goneDeadline: number | null;
}

async function judge(desk: Desk, ledger: Ledger): Promise<void> {
  const { raw } = desk.office.store;
  const epochs = raw
    .prepare<[], Epoch>(
      `SELECT conversation_id AS conversationId, epoch, session_id AS sessionId, lease_token AS leaseToken,
         ended_at AS endedAt, gone_deadline AS goneDeadline FROM lock_epochs ORDER BY conversation_id, epoch`,
    )
    .all();
  for (const [key, sessions] of ledger.granted) {
    expect(sessions.size, `${key} was granted to one session`).toBe(1);
    const [name, fence] = key.split(' ');
    const { id } = desk.office.conversations[name as ConversationName];
    const epoch = epochs.find((one) => one.conversationId === id && one.epoch === Number(fence));
    expect(sessions, `${key} is as it was answered`).toContain(epoch?.sessionId);
  }
  for (const { clientId, fence, stored } of ledger.sent) {
    const rows = raw
      .prepare<[string], { epoch: number }>(
        'SELECT lock_epoch AS epoch FROM replies WHERE client_message_id = ?',
      )
      .all(clientId);
    expect(rows, `${clientId}, answered with ${stored ? 'an entry' : 'a refusal'}`).toEqual(
      stored ? [{ epoch: fence }] : [],
    );
  }
  // Leases follow: what is open has its lease under its own token, and nobody else is kept out.
  for (const { id } of Object.values(desk.office.conversations)) {
    const open = epochs.find((one) => one.conversationId === id && one.endedAt === null);
    if (open !== undefined && open.goneDeadline === null) {
      const [answer] = await desk.leases.check([{ key: id, token: open.leaseToken }]);
      expect(answer, `the lease of ${id}, which is open`).toBe('held');
    }
    if (open === undefined) {
      const lease = await desk.leases.acquire(id, 1);
      expect(lease.status, `the lease of ${id}, which is free`).toBe('granted');
    }
  }
}

const deed = fc.record<Deed>({
  act: fc.constantFrom(...ACTS),
  where: fc.constantFrom('first', 'first', 'second', 'priced'),
});
const deeds = fc.array(deed, { minLength: 1, maxLength: 20, size: 'max' });

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

test('in whatever order sessions go on, every grant is one session’s and every answer is true', {
  timeout: 120_000,
}, async () => {
  const property = fc.asyncProperty(fc.scheduler(), deeds, deeds, deeds, async (scheduler, ...scripts) => {
    const ledger: Ledger = { granted: new Map(), sent: [], requests: 0 };
    await using desk = openDesk(office, (what) => scheduler.schedule(Promise.resolve(), what));
    const all = scripts.map((script, who) => play(desk, who, script, ledger));
    await untilDone(scheduler, desk, Promise.all(all));
    // What is still given back is given back; no lease is as old as its time to live.
    await untilDone(scheduler, desk, desk.time.advance(20));
    while (scheduler.count() > 0) await scheduler.waitOne();
    await desk.time.advance(1);
    await judge(desk, ledger);
    expect(desk.complaints).toEqual([]);
  });
  await fc.assert(property, runs(25));
});
