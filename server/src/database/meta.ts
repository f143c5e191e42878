/** Single values of a deployment. */
import { eq, sql } from 'drizzle-orm';
import { newId, newSecret } from '../lib/ids.ts';
import type { Database, Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { meta } from './schema/sqlite.ts';

/**
 * What stands in `meta`. `organisation` is the name that was set up; `demo` marks a database that the demo filled; `undo_for` is how long
 * (ms) replies can be taken back; `organisation_settings` is JSON (`organisation.ts`); `relay_check` is what the last check of the relay found, as JSON.
 */
export type MetaKey =
  | 'deployment_id'
  | 'log_epoch'
  | 'token_secret'
  | 'organisation'
  | 'demo'
  | 'setup_key'
  | 'organisation_settings'
  | 'relay_check'
  | 'undo_for';

const select = prepared<{ key: string }, { value: string }[]>('meta.get', (db) =>
  db
    .select({ value: meta.value })
    .from(meta)
    .where(eq(meta.key, sql.placeholder('key'))),
);

/** The value of a key, if it was ever set. */
export async function getMeta(db: Handle, key: MetaKey): Promise<string | undefined> {
  const [row] = await select(db, { key });
  return row?.value;
}

/** Sets a value, whatever stood there. */
export async function setMeta(tx: Tx, key: MetaKey, value: string): Promise<void> {
  await tx.db.insert(meta).values({ key, value }).onConflictDoUpdate({ target: meta.key, set: { value } });
}

/** Removes a value; one that is not there is fine. */
export async function removeMeta(tx: Tx, key: MetaKey): Promise<void> {
  await tx.db.delete(meta).where(eq(meta.key, key));
}

export interface DeploymentIdentity {
  /** Stands in every Redis key, so that two deployments on one Redis do not meet. */
  readonly deploymentId: string;
  /** Changes when a backup is restored: sequence numbers of before mean nothing then. */
  readonly logEpoch: string;
  /** Signs the access tokens. */
  readonly tokenSecret: string;
}

/** Who this deployment is; made once, by whichever process comes first. */
export function deploymentIdentity(db: Database): Promise<DeploymentIdentity> {
  return db.inTransaction(async (tx) => ({
    deploymentId: await once(tx, 'deployment_id', () => newId('dep')),
    logEpoch: await once(tx, 'log_epoch', () => newId('log')),
    tokenSecret: await once(tx, 'token_secret', newSecret),
  }));
}

/** The value of a key, or what `make` makes, if nobody else has made one meanwhile. */
async function once(tx: Tx, key: MetaKey, make: () => string): Promise<string> {
  const present = await getMeta(tx.db, key);
  if (present !== undefined) return present;
  // Two servers may be here at once: the second insert waits for the first one's commit and then changes nothing.
  await tx.db.insert(meta).values({ key, value: make() }).onConflictDoNothing();
  const value = await getMeta(tx.db, key);
  if (value === undefined) throw new Error(`meta ${key} was not written`);
  return value;
}
