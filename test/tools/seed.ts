/** Fills the database of a server that is about to start: agents with keys, inboxes with their times, conversations. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, Tx } from '../../server/src/database/database.ts';
import { updateAgent } from '../../server/src/database/directory/agents.ts';
import { deploymentIdentity, setMeta } from '../../server/src/database/meta.ts';
import { openDatabase } from '../../server/src/database/open.ts';
import { apiKeys, inboxAddresses, inboxes as inboxTable } from '../../server/src/database/schema/sqlite.ts';
import { type GivenInbox, givenAgent, givenInbox } from '../../server/src/database/testing/given.ts';
import { systemClock } from '../../server/src/lib/clock.ts';
import { createPasswords } from '../../server/src/directory/passwords.ts';
import { API_KEY_PREFIX } from '../../server/src/directory/tokens.ts';
import { hashSecret, newId, newSecret } from '../../server/src/lib/ids.ts';
import { silentLog } from '../../server/src/lib/log.ts';
import { createMessaging } from '../../server/src/messaging/messaging.ts';
import type { Capability, InboxTimes, LockOn } from '@latchbox/shared';

/** The file in a data folder. */
export const DATABASE_FILE = 'latchbox.sqlite';

export interface SeedInbox {
  readonly lockOn?: LockOn;
  readonly times?: Partial<InboxTimes>;
  /** How many conversations it holds, each with one customer message. */
  readonly conversations?: number;
  /** Mail to these comes in here; in lower case. */
  readonly addresses?: readonly string[];
}
export interface SeedAgent {
  /** Default: every inbox. */
  readonly inboxes?: readonly string[];
  readonly capability?: Capability;
  readonly role?: 'agent' | 'admin';
  /** To sign in with, under `email` of the answer; none unless given. */
  readonly password?: string;
}
export interface Seed {
  readonly inboxes: Readonly<Record<string, SeedInbox>>;
  readonly agents: Readonly<Record<string, SeedAgent>>;
}

export interface SeededInbox extends GivenInbox {
  readonly apiCode: string;
  readonly conversations: readonly string[];
}
export interface SeededAgent {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** An API key, which acts as the agent. */
  readonly token: string;
}
export interface Seeded {
  readonly inboxes: Readonly<Record<string, SeededInbox>>;
  readonly agents: Readonly<Record<string, SeededAgent>>;
}

async function keyFor(tx: Tx, agentId: string): Promise<string> {
  const key = `${API_KEY_PREFIX}${newSecret()}`;
  const id = newId('key');
  await tx.db.insert(apiKeys).values({
    id,
    agentId,
    name: 'test',
    keyHash: hashSecret(key),
    createdBy: agentId,
    createdAt: tx.now,
    // Else its first use would be written down in the middle of a test.
    lastUsedAt: tx.now,
  });
  return key;
}

async function seedInboxes(db: Database, seed: Seed): Promise<Record<string, SeededInbox>> {
  const { logEpoch } = await deploymentIdentity(db);
  const messaging = createMessaging({ db, wake: () => undefined, logEpoch });
  const seeded: Record<string, SeededInbox> = {};
  let teamId: string | undefined;
  for (const [name, inbox] of Object.entries(seed.inboxes)) {
    const { lockOn = 'compose', times = {} } = inbox;
    const given = await givenInbox(db, { name, lockOn, times, ...(teamId === undefined ? {} : { teamId }) });
    teamId = given.teamId;
    await db.inTransaction(async (tx) => {
      for (const address of inbox.addresses ?? []) {
        const { inboxId } = given;
        await tx.db.insert(inboxAddresses).values({ address, inboxId, name: '', createdAt: tx.now });
      }
    });
    const conversations: string[] = [];
    for (let number = 1; number <= (inbox.conversations ?? 1); number += 1) {
      const received = await messaging.receive({
        inboxId: given.inboxId,
        channel: 'simulator',
        providerId: newId('req'),
        from: { name: `Customer ${number}`, address: `customer-${name}-${number}@example.com` },
        subject: `Question ${number}`,
        body: `Question ${number} to ${name}`,
        conversationId: null,
      });
      conversations.push(received.conversationId);
    }
    const stored = await db.read.select().from(inboxTable);
    const apiCode = stored.find((row) => row.id === given.inboxId)?.apiCode ?? '';
    seeded[name] = { ...given, apiCode, conversations };
  }
  return seeded;
}

/** A hash is slow to make on purpose: one for each password is enough. */
function createHashes(): (password: string) => Promise<string> {
  const passwords = createPasswords();
  const known = new Map<string, Promise<string>>();
  return (password) => {
    const hash = known.get(password) ?? passwords.hash(password);
    known.set(password, hash);
    return hash;
  };
}

/** Writes `seed` into the database of `dataDir`, which is made if it is not there. Call it while no server runs on it. */
export async function seedDatabase(dataDir: string, seed: Seed): Promise<Seeded> {
  await mkdir(dataDir, { recursive: true });
  return await seedInto({ sqliteFile: join(dataDir, DATABASE_FILE) }, seed);
}

/** The same for a database on a Postgres server. */
export function seedPostgres(postgresUrl: string, seed: Seed): Promise<Seeded> {
  return seedInto({ postgresUrl }, seed);
}

async function seedInto(where: Parameters<typeof openDatabase>[0], seed: Seed): Promise<Seeded> {
  const db = await openDatabase(where, { clock: systemClock, log: silentLog });
  try {
    await db.inTransaction((tx) => setMeta(tx, 'organisation', 'Test'));
    const inboxes = await seedInboxes(db, seed);
    const agents: Record<string, SeededAgent> = {};
    const hashOf = createHashes();
    for (const [name, agent] of Object.entries(seed.agents)) {
      const at = (agent.inboxes ?? Object.keys(seed.inboxes))
        .map((inbox) => inboxes[inbox])
        .filter((one) => one !== undefined);
      const given = await givenAgent(db, name, at, {
        capability: agent.capability ?? 'reply',
        role: agent.role ?? 'agent',
      });
      const email = `${given.id.toLowerCase()}@shop.example`;
      const passwordHash = agent.password === undefined ? undefined : await hashOf(agent.password);
      const token = await db.inTransaction(async (tx) => {
        const { role = 'agent' } = agent;
        if (passwordHash !== undefined)
          await updateAgent(tx, given.id, { name, role, state: 'active', externalId: null, passwordHash });
        return await keyFor(tx, given.id);
      });
      agents[name] = { ...given, email, token };
    }
    return { inboxes, agents };
  } finally {
    await db.close();
  }
}
