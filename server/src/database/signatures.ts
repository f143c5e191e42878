/** What stands below replies when they leave: of an agent, of an inbox, or of an agent in an inbox. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { signatures } from './schema/sqlite.ts';

/** Whose it is; an empty id stands for any. */
export type SignatureOwner = { readonly agentId: string; readonly inboxId: string };

export interface Signature {
  readonly body: string;
  /** Sanitised; null: made of `body`. */
  readonly html: string | null;
}

const own = ({ agentId, inboxId }: SignatureOwner): SignatureOwner => ({ agentId, inboxId });

const selectAll = prepared<SignatureOwner, (SignatureOwner & Signature)[]>('signatures.of', (db) =>
  db
    .select({
      agentId: signatures.agentId,
      inboxId: signatures.inboxId,
      body: signatures.body,
      html: signatures.html,
    })
    .from(signatures)
    .where(
      and(
        inArray(signatures.agentId, [sql.placeholder('agentId'), '']),
        inArray(signatures.inboxId, [sql.placeholder('inboxId'), '']),
      ),
    ),
);

/** What an agent's replies from an inbox are signed with: what is most its own. An empty one means: none at all. */
export async function signatureOf(db: Handle, who: SignatureOwner): Promise<Signature | undefined> {
  const rows = await selectAll(db, own(who));
  const found =
    rows.find(({ agentId, inboxId }) => agentId !== '' && inboxId !== '') ??
    rows.find(({ agentId }) => agentId !== '') ??
    rows.find(({ inboxId }) => inboxId !== '');
  return found === undefined || found.body === '' ? undefined : { body: found.body, html: found.html };
}

const selectOne = prepared<SignatureOwner, Signature[]>('signatures.one', (db) =>
  db
    .select({ body: signatures.body, html: signatures.html })
    .from(signatures)
    .where(
      and(
        eq(signatures.agentId, sql.placeholder('agentId')),
        eq(signatures.inboxId, sql.placeholder('inboxId')),
      ),
    ),
);

/** The one that was set for exactly this owner. */
export async function ownSignature(db: Handle, who: SignatureOwner): Promise<Signature | undefined> {
  return (await selectOne(db, own(who)))[0];
}

/** Sets a signature; undefined removes it. */
export async function putSignature(
  tx: Tx,
  who: SignatureOwner,
  signature: Signature | undefined,
): Promise<void> {
  if (signature === undefined) {
    await tx.db
      .delete(signatures)
      .where(and(eq(signatures.agentId, who.agentId), eq(signatures.inboxId, who.inboxId)));
    return;
  }
  const { body, html } = signature;
  const set = { body, html, changedAt: tx.now };
  await tx.db
    .insert(signatures)
    .values({ ...own(who), ...set })
    .onConflictDoUpdate({ target: [signatures.agentId, signatures.inboxId], set });
}
