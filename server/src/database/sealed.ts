/** Where sealed secrets are stored, all of them, for sealing them anew with another key. */
import { and, eq, ne } from 'drizzle-orm';
import { aboutKey } from './dkim-keys.ts';
import type { Handle, Tx } from './database.ts';
import { aboutFactor } from './directory/factors.ts';
import { agents, dkimKeys, mailboxes, secondFactors } from './schema/sqlite.ts';

export interface SealedPlace {
  /** What it is, for people; no secret in it. */
  readonly of: string;
  /** What it is sealed about. */
  readonly about: string;
  readonly sealed: string;
  /** Puts another one in its place, if it is still the same. False: somebody has changed it since. */
  readonly put: (tx: Tx, sealed: string) => Promise<boolean>;
}

/** Every sealed secret. Who seals something somewhere else adds its place here. */
export async function sealedPlaces(db: Handle): Promise<SealedPlace[]> {
  return [...(await ofMailboxes(db)), ...(await ofDkim(db)), ...(await ofSecondFactors(db))];
}

async function ofMailboxes(db: Handle): Promise<SealedPlace[]> {
  const rows = await db
    .select({ id: mailboxes.id, address: mailboxes.address, sealed: mailboxes.secrets })
    .from(mailboxes)
    // Of a removed one nothing is left.
    .where(ne(mailboxes.secrets, ''));
  return rows.map(({ id, address, sealed }) => ({
    of: `mailbox ${address}`,
    about: `mailbox ${id}`,
    sealed,
    async put(tx, secrets) {
      const same = and(eq(mailboxes.id, id), eq(mailboxes.secrets, sealed));
      const set = tx.db.update(mailboxes).set({ secrets }).where(same).returning({ id: mailboxes.id });
      return (await set).length > 0;
    },
  }));
}

async function ofSecondFactors(db: Handle): Promise<SealedPlace[]> {
  const rows = await db
    .select({ agentId: secondFactors.agentId, name: agents.name, sealed: secondFactors.sealedSecret })
    .from(secondFactors)
    .innerJoin(agents, eq(agents.id, secondFactors.agentId));
  return rows.map(({ agentId, name, sealed }) => ({
    of: `second factor of ${name}`,
    about: aboutFactor(agentId),
    sealed,
    async put(tx, sealedSecret) {
      const same = and(eq(secondFactors.agentId, agentId), eq(secondFactors.sealedSecret, sealed));
      const set = tx.db.update(secondFactors).set({ sealedSecret }).where(same);
      return (await set.returning({ agentId: secondFactors.agentId })).length > 0;
    },
  }));
}

async function ofDkim(db: Handle): Promise<SealedPlace[]> {
  const rows = await db.select().from(dkimKeys);
  return rows.flatMap(({ domain, selector, sealedKey, nextSelector, nextSealedKey }) => {
    const of = `signing key of ${domain}`;
    const signs: SealedPlace = {
      of,
      about: aboutKey(domain, selector),
      sealed: sealedKey,
      async put(tx, sealed) {
        const same = and(eq(dkimKeys.domain, domain), eq(dkimKeys.sealedKey, sealedKey));
        const set = tx.db.update(dkimKeys).set({ sealedKey: sealed }).where(same);
        return (await set.returning({ domain: dkimKeys.domain })).length > 0;
      },
    };
    if (nextSelector === null || nextSealedKey === null) return [signs];
    const next: SealedPlace = {
      of,
      about: aboutKey(domain, nextSelector),
      sealed: nextSealedKey,
      async put(tx, sealed) {
        const same = and(eq(dkimKeys.domain, domain), eq(dkimKeys.nextSealedKey, nextSealedKey));
        const set = tx.db.update(dkimKeys).set({ nextSealedKey: sealed }).where(same);
        return (await set.returning({ domain: dkimKeys.domain })).length > 0;
      },
    };
    return [signs, next];
  });
}
