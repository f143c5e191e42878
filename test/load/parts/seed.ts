/** Fills a database with inboxes, their conversations and signed-in agents, in seconds also where they are thousands. */
import { openDatabase } from '@latchbox/server/src/database/open.ts';
import {
  type GivenInbox,
  givenConversation,
  givenInbox,
} from '@latchbox/server/src/database/testing/given.ts';
import { systemClock } from '@latchbox/server/src/lib/clock.ts';
import { silentLog } from '@latchbox/server/src/lib/log.ts';
import type { LockOn } from '@latchbox/shared';
import { inboxes as inboxTable } from '@latchbox/server/src/database/schema/sqlite.ts';
import { type SignedInAgent, signInAgents } from '../../bench/parts/seed-agents.ts';

export interface LoadSeed {
  readonly agents: number;
  readonly inboxes: number;
  /** How many inboxes each agent belongs to: its own (by its number) and the following ones. */
  readonly each: number;
  /** Conversations of each inbox. */
  readonly conversations: number;
  /** Default: every second inbox `open`, the others `compose`. */
  readonly lockOn?: LockOn;
}

export interface SeededLoadInbox {
  readonly id: string;
  readonly apiCode: string;
  readonly conversations: readonly string[];
}

export interface SeededLoad {
  readonly inboxes: readonly SeededLoadInbox[];
  readonly agents: readonly SignedInAgent[];
}

/** Writes into `file`, which is made if it is not there. No server may run on it. */
export async function seedLoad(file: string, seed: LoadSeed): Promise<SeededLoad> {
  const db = await openDatabase({ sqliteFile: file }, { clock: systemClock, log: silentLog });
  const given: (GivenInbox & { readonly conversations: readonly string[] })[] = [];
  for (let at = 0; at < seed.inboxes; at += 1) {
    const lockOn = seed.lockOn ?? (at % 2 === 0 ? 'compose' : 'open');
    const teamId = given[0]?.teamId;
    const inbox = await givenInbox(db, { name: `Inbox ${at + 1}`, lockOn, ...(teamId && { teamId }) });
    const conversations: string[] = [];
    for (let number = 0; number < seed.conversations; number += 1)
      conversations.push((await givenConversation(db, inbox.inboxId)).conversationId);
    given.push({ ...inbox, conversations });
  }
  const rows = await db.read.select().from(inboxTable);
  const inboxes = given.map(({ inboxId: id, conversations }): SeededLoadInbox => {
    const apiCode = rows.find((row) => row.id === id)?.apiCode ?? '';
    return { id, apiCode, conversations };
  });
  const each = Math.min(seed.each, seed.inboxes);
  const agents = await signInAgents(
    db,
    file,
    Array.from({ length: seed.agents }, (_, agent) =>
      Array.from({ length: each }, (_each, next) => given[(agent + next) % given.length]).filter(
        (inbox) => inbox !== undefined,
      ),
    ),
  );
  await db.close();
  return { inboxes, agents };
}
