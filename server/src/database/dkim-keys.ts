/** Keys by which our mail is signed, one a domain and perhaps its successor. */
import { asc, eq, sql } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { forUpdate } from './row-locks.ts';
import { dkimKeys } from './schema/sqlite.ts';

export type StoredDkim = typeof dkimKeys.$inferSelect;

/** A key as it is stored; `sealedKey` opens with `aboutKey` of its domain and selector. */
export interface NewKey {
  readonly selector: string;
  readonly sealedKey: string;
  /** Base64 of the public key (SubjectPublicKeyInfo). */
  readonly publicKey: string;
}

/** What the private key of a domain is sealed about. */
export const aboutKey = (domain: string, selector: string): string => `dkim:${domain}:${selector}`;

export async function listDkim(db: Handle): Promise<StoredDkim[]> {
  return await db.select().from(dkimKeys).orderBy(asc(dkimKeys.domain));
}

const selectOne = prepared<{ domain: string }, StoredDkim[]>('dkim.one', (db) =>
  db
    .select()
    .from(dkimKeys)
    .where(eq(dkimKeys.domain, sql.placeholder('domain'))),
);

/** `domain`: lower case, in ASCII. */
export async function dkimOf(db: Handle, domain: string): Promise<StoredDkim | undefined> {
  const [row] = await selectOne(db, { domain });
  // Postgres has numbers for yes and no.
  return row && { ...row, active: Boolean(row.active) };
}

/** As `dkimOf`, and nobody else changes it before the commit. */
export async function holdDkim(tx: Tx, domain: string): Promise<StoredDkim | undefined> {
  await forUpdate(
    tx,
    tx.db.select({ domain: dkimKeys.domain }).from(dkimKeys).where(eq(dkimKeys.domain, domain)),
  );
  return await dkimOf(tx.db, domain);
}

/** False when the domain has a key already. */
export async function insertDkim(tx: Tx, domain: string, key: NewKey): Promise<boolean> {
  const rows = await tx.db
    .insert(dkimKeys)
    .values({ domain, ...key, active: false, createdAt: tx.now })
    .onConflictDoNothing()
    .returning({ domain: dkimKeys.domain });
  return rows.length > 0;
}

/** Puts a key beside the one that signs; before there is one it takes its place at once. */
export async function putNextKey(tx: Tx, { domain, active }: StoredDkim, key: NewKey): Promise<void> {
  const set = active
    ? { nextSelector: key.selector, nextSealedKey: key.sealedKey, nextPublicKey: key.publicKey }
    : key;
  await tx.db.update(dkimKeys).set(set).where(eq(dkimKeys.domain, domain));
}

/** Signs from now on, with the next key where there is one. */
export async function activateDkim(tx: Tx, row: StoredDkim): Promise<void> {
  const { domain, nextSelector, nextSealedKey, nextPublicKey } = row;
  const next =
    nextSelector === null || nextSealedKey === null || nextPublicKey === null
      ? {}
      : { selector: nextSelector, sealedKey: nextSealedKey, publicKey: nextPublicKey };
  await tx.db
    .update(dkimKeys)
    .set({ ...next, active: true, nextSelector: null, nextSealedKey: null, nextPublicKey: null })
    .where(eq(dkimKeys.domain, domain));
}

export async function removeDkim(tx: Tx, domain: string): Promise<boolean> {
  const rows = await tx.db
    .delete(dkimKeys)
    .where(eq(dkimKeys.domain, domain))
    .returning({ domain: dkimKeys.domain });
  return rows.length > 0;
}
