/** Links that let somebody take one step, once: accept an invitation, prove an address, set a new password, end a sign-in's first half. */
import { and, desc, eq, gt, inArray, isNotNull, isNull, lt, ne, or, sql } from 'drizzle-orm';
import { newId } from '../../lib/ids.ts';
import type { Handle, Tx } from '../database.ts';
import { prepared } from '../prepared.ts';
import { userLinks } from '../schema/sqlite.ts';

export type UserLink = typeof userLinks.$inferSelect;
export type UserLinkKind = UserLink['kind'];

const open = () => and(isNull(userLinks.usedAt), isNull(userLinks.endedAt));

export interface NewUserLink {
  readonly kind: UserLinkKind;
  readonly agentId: string;
  readonly tokenHash: string;
  readonly sentTo: string;
  readonly proves: boolean;
  readonly createdBy: string | null;
  /** Ms. */
  readonly lives: number;
}

/** Keeps a link. An older one of its kind is over with that, unless several may stand beside each other. */
export async function insertLink(tx: Tx, { lives, ...link }: NewUserLink): Promise<void> {
  if (link.kind !== 'sign_in') await endLinks(tx, link.agentId, link.kind);
  await tx.db
    .insert(userLinks)
    .values({ id: newId('lnk'), ...link, createdAt: tx.now, expiresAt: tx.now + lives });
}

const byToken = prepared<{ tokenHash: string; now: number }, UserLink[]>('userLinks.byToken', (db) =>
  db
    .select()
    .from(userLinks)
    .where(
      and(
        eq(userLinks.tokenHash, sql.placeholder('tokenHash')),
        open(),
        gt(userLinks.expiresAt, sql.placeholder('now')),
      ),
    ),
);

/** The link that opens by this secret and still stands. */
export async function openLink(
  db: Handle,
  kind: UserLinkKind,
  tokenHash: string,
  now: number,
): Promise<UserLink | undefined> {
  const [link] = await byToken(db, { tokenHash, now });
  return link?.kind === kind ? link : undefined;
}

/** Uses a link up. Undefined: it is used, over or none; of two that come at once one gets it. */
export async function takeLink(tx: Tx, kind: UserLinkKind, tokenHash: string): Promise<UserLink | undefined> {
  const rows = await tx.db
    .update(userLinks)
    .set({ usedAt: tx.now })
    .where(
      and(
        eq(userLinks.tokenHash, tokenHash),
        eq(userLinks.kind, kind),
        open(),
        gt(userLinks.expiresAt, tx.now),
      ),
    )
    .returning();
  return rows[0];
}

/** Ends what still stands of an agent's links, or of one kind of them; answers how many those were. */
export async function endLinks(tx: Tx, agentId: string, kind?: UserLinkKind): Promise<number> {
  const rows = await tx.db
    .update(userLinks)
    .set({ endedAt: tx.now })
    .where(
      and(eq(userLinks.agentId, agentId), open(), kind === undefined ? undefined : eq(userLinks.kind, kind)),
    )
    .returning({ id: userLinks.id });
  return rows.length;
}

/** Whether somebody was invited and has never come in by it. */
export async function neverAccepted(db: Handle, agentId: string): Promise<boolean> {
  const invitations = db
    .select({ usedAt: userLinks.usedAt })
    .from(userLinks)
    .where(and(eq(userLinks.agentId, agentId), eq(userLinks.kind, 'invitation')));
  const all = await invitations;
  return all.length > 0 && all.every(({ usedAt }) => usedAt === null);
}

export type ShownLink = Pick<UserLink, 'agentId' | 'sentTo' | 'createdAt' | 'expiresAt'>;

/** Invitations that nobody used or withdrew, the newest first: also those whose time is over. */
export async function openInvitations(db: Handle, agentId?: string): Promise<ShownLink[]> {
  return await db
    .select({
      agentId: userLinks.agentId,
      sentTo: userLinks.sentTo,
      createdAt: userLinks.createdAt,
      expiresAt: userLinks.expiresAt,
    })
    .from(userLinks)
    .where(
      and(
        eq(userLinks.kind, 'invitation'),
        open(),
        agentId === undefined ? undefined : eq(userLinks.agentId, agentId),
      ),
    )
    .orderBy(desc(userLinks.createdAt));
}

/** Whether an address stands for a colleague's account already: as its own, or because it was proved through it. */
export async function provedElsewhere(db: Handle, agentId: string, address: string): Promise<boolean> {
  const rows = await db
    .select({ agentId: userLinks.agentId })
    .from(userLinks)
    .where(and(eq(userLinks.sentTo, address), isNotNull(userLinks.usedAt)));
  return rows.some((row) => row.agentId !== agentId);
}

/** Kinds that say nothing any more once they are over. An invitation says who never came, a used verification whose an address is. */
const PASSING = ['reset', 'sign_in', 'verification'] as const;

/** Links whose time was over before `before`, and which nothing asks about any more. */
export function linksLongOver(db: Handle, before: number, limit: number) {
  return db
    .select({ id: userLinks.id })
    .from(userLinks)
    .where(
      and(
        inArray(userLinks.kind, [...PASSING]),
        lt(userLinks.expiresAt, before),
        or(ne(userLinks.kind, 'verification'), isNull(userLinks.usedAt)),
      ),
    )
    .limit(limit);
}

/** Forgets them, `limit` at most; answers how many they were. */
export async function forgetLinks(tx: Tx, before: number, limit: number): Promise<number> {
  const rows = await tx.db
    .delete(userLinks)
    .where(inArray(userLinks.id, linksLongOver(tx.db, before, limit)))
    .returning({ id: userLinks.id });
  return rows.length;
}
