/** API keys, and the applications whose tokens are accepted. */
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { Handle, Tx } from '../database.ts';
import { prepared } from '../prepared.ts';
import { agents, apiKeys, tokenIssuers } from '../schema/sqlite.ts';
import type { AgentRow } from './agents.ts';

export type ApiKeyRow = typeof apiKeys.$inferSelect;
export type IssuerRow = typeof tokenIssuers.$inferSelect;

interface KeyWithAgent {
  readonly id: string;
  readonly lastUsedAt: number | null;
  readonly agent: AgentRow;
}

function selectKey(db: Handle) {
  return db
    .select({ id: apiKeys.id, lastUsedAt: apiKeys.lastUsedAt, agent: agents })
    .from(apiKeys)
    .innerJoin(agents, eq(agents.id, apiKeys.agentId));
}
const keyByHash = prepared<{ hash: string }, KeyWithAgent[]>('directory.keyByHash', (db) =>
  selectKey(db).where(
    and(eq(apiKeys.keyHash, sql.placeholder('hash')), isNull(apiKeys.endedAt), eq(agents.state, 'active')),
  ),
);
const keyById = prepared<{ id: string }, KeyWithAgent[]>('directory.keyById', (db) =>
  selectKey(db).where(
    and(eq(apiKeys.id, sql.placeholder('id')), isNull(apiKeys.endedAt), eq(agents.state, 'active')),
  ),
);

/** The key that has not ended with its active agent. */
export async function liveKeyByHash(db: Handle, hash: string): Promise<KeyWithAgent | undefined> {
  return (await keyByHash(db, { hash }))[0];
}
export async function liveKeyById(db: Handle, id: string): Promise<KeyWithAgent | undefined> {
  return (await keyById(db, { id }))[0];
}

export async function touchKey(tx: Tx, id: string): Promise<void> {
  await tx.db.update(apiKeys).set({ lastUsedAt: tx.now }).where(eq(apiKeys.id, id));
}

export type ListedKey = Pick<ApiKeyRow, 'id' | 'name' | 'agentId' | 'createdAt' | 'lastUsedAt'> & {
  readonly agentKind: 'person' | 'system';
};

/** Keys that have not ended, oldest first. */
export async function listKeys(db: Handle): Promise<ListedKey[]> {
  return await db
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      agentId: apiKeys.agentId,
      createdAt: apiKeys.createdAt,
      lastUsedAt: apiKeys.lastUsedAt,
      agentKind: agents.kind,
    })
    .from(apiKeys)
    .innerJoin(agents, eq(agents.id, apiKeys.agentId))
    .where(isNull(apiKeys.endedAt))
    .orderBy(asc(apiKeys.createdAt), asc(apiKeys.id));
}

export async function insertKey(
  tx: Tx,
  row: Pick<ApiKeyRow, 'id' | 'agentId' | 'name' | 'keyHash' | 'createdBy'>,
): Promise<void> {
  await tx.db.insert(apiKeys).values({ ...row, createdAt: tx.now, lastUsedAt: null, endedAt: null });
}

export async function endKey(tx: Tx, id: string): Promise<void> {
  await tx.db
    .update(apiKeys)
    .set({ endedAt: tx.now })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.endedAt)));
}

const issuersByName = prepared<{ issuer: string }, IssuerRow[]>('directory.issuers', (db) =>
  db
    .select()
    .from(tokenIssuers)
    .where(and(eq(tokenIssuers.issuer, sql.placeholder('issuer')), isNull(tokenIssuers.endedAt)))
    .orderBy(asc(tokenIssuers.id)),
);

/** Applications whose tokens say this `iss`; several may differ in their audience. */
export function issuersOf(db: Handle, issuer: string): Promise<IssuerRow[]> {
  return issuersByName(db, { issuer });
}

const ofIssuer = prepared<{ issuerId: string; agentId: string }, { agent: AgentRow }[]>(
  'directory.issuerAgent',
  (db) =>
    db
      .select({ agent: agents })
      .from(tokenIssuers)
      .innerJoin(agents, eq(agents.id, sql.placeholder('agentId')))
      .where(
        and(
          eq(tokenIssuers.id, sql.placeholder('issuerId')),
          isNull(tokenIssuers.endedAt),
          eq(agents.state, 'active'),
        ),
      ),
);

/** The agent, if active and if the application is still accepted. */
export async function liveAgentOfIssuer(
  db: Handle,
  issuerId: string,
  agentId: string,
): Promise<AgentRow | undefined> {
  return (await ofIssuer(db, { issuerId, agentId }))[0]?.agent;
}

export async function listIssuers(db: Handle): Promise<IssuerRow[]> {
  return await db
    .select()
    .from(tokenIssuers)
    .where(isNull(tokenIssuers.endedAt))
    .orderBy(asc(tokenIssuers.createdAt), asc(tokenIssuers.id));
}

export async function insertIssuer(tx: Tx, row: Omit<IssuerRow, 'createdAt' | 'endedAt'>): Promise<void> {
  await tx.db.insert(tokenIssuers).values({ ...row, createdAt: tx.now, endedAt: null });
}

/** False: there is none, or it had ended. */
export async function endIssuer(tx: Tx, id: string): Promise<boolean> {
  const ended = await tx.db
    .update(tokenIssuers)
    .set({ endedAt: tx.now })
    .where(and(eq(tokenIssuers.id, id), isNull(tokenIssuers.endedAt)))
    .returning({ id: tokenIssuers.id });
  return ended.length > 0;
}
