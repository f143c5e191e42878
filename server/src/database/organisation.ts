/** What holds for everybody: one JSON value in `meta`. */
import { eq } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import { getMeta, setMeta } from './meta.ts';
import { forUpdate } from './row-locks.ts';
import { meta } from './schema/sqlite.ts';

/** The settings as they are stored; undefined: nothing was ever set. */
export async function organisationSettings(db: Handle): Promise<string | undefined> {
  return await getMeta(db, 'organisation_settings');
}

/** As `organisationSettings`, and nobody else changes them before the commit. */
export async function holdOrganisationSettings(tx: Tx): Promise<string> {
  const key = 'organisation_settings';
  await tx.db.insert(meta).values({ key, value: '{}' }).onConflictDoNothing();
  const [row] = await forUpdate(tx, tx.db.select({ value: meta.value }).from(meta).where(eq(meta.key, key)));
  return row?.value ?? '{}';
}

export async function writeOrganisationSettings(tx: Tx, value: string): Promise<void> {
  await setMeta(tx, 'organisation_settings', value);
}
