/** What round robin goes by: how an inbox assigns by itself, what waits for somebody, and whose turn it is (T2). */
import { and, asc, eq, exists, isNull, ne, or, sql } from 'drizzle-orm';
import type { RowPlace } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { forUpdate } from './row-locks.ts';
import {
  agents,
  conversations,
  dealtTurns,
  inboxAssignment,
  inboxMembers,
  teamMembers,
} from './schema/sqlite.ts';

export interface AssignmentSettings {
  readonly roundRobin: boolean;
  /** Nobody is dealt more while they have so many open ones in this inbox. */
  readonly cap: number;
  readonly onReply: boolean;
}

/** How an inbox assigns before anybody set it. */
export const NO_ASSIGNMENT: AssignmentSettings = { roundRobin: false, cap: 20, onReply: false };

const settings = {
  roundRobin: inboxAssignment.roundRobin,
  cap: inboxAssignment.cap,
  onReply: inboxAssignment.onReply,
};

export async function assignmentOf(db: Handle, inboxId: string): Promise<AssignmentSettings> {
  const [row] = await db.select(settings).from(inboxAssignment).where(eq(inboxAssignment.inboxId, inboxId));
  return row ?? NO_ASSIGNMENT;
}

/** As `assignmentOf`, locked to the commit, with a row from then on: of two who change it, or deal by it, one waits. */
export async function holdAssignment(
  tx: Tx,
  inboxId: string,
): Promise<AssignmentSettings & { readonly turns: number }> {
  await tx.db
    .insert(inboxAssignment)
    .values({ inboxId, ...NO_ASSIGNMENT, turns: 0 })
    .onConflictDoNothing();
  const query = tx.db
    .select({ ...settings, turns: inboxAssignment.turns })
    .from(inboxAssignment)
    .where(eq(inboxAssignment.inboxId, inboxId));
  const [row] = await forUpdate(tx, query);
  if (row === undefined) throw new Error('how an inbox assigns vanished inside its transaction');
  return row;
}

export async function writeAssignment(tx: Tx, inboxId: string, to: AssignmentSettings): Promise<void> {
  await tx.db.update(inboxAssignment).set(to).where(eq(inboxAssignment.inboxId, inboxId));
}

const isWaiting = () => and(isNull(conversations.responsibleId), eq(conversations.status, 'open'));

const selectDealing = prepared<Record<string, never>, { inboxId: string }[]>('dealing.inboxes', (db) =>
  db
    .select({ inboxId: inboxAssignment.inboxId })
    .from(inboxAssignment)
    .where(
      and(
        eq(inboxAssignment.roundRobin, true),
        exists(
          db
            .select({ id: conversations.id })
            .from(conversations)
            .where(and(eq(conversations.inboxId, inboxAssignment.inboxId), isWaiting())),
        ),
      ),
    )
    .orderBy(asc(inboxAssignment.inboxId)),
);

/** Inboxes with round robin in which something open has nobody. */
export async function inboxesToDeal(db: Handle): Promise<string[]> {
  return (await selectDealing(db, {})).map(({ inboxId }) => inboxId);
}

export interface WaitingRow extends RowPlace {
  readonly teamId: string | null;
}

const selectWaiting = prepared<{ inboxId: string; lastAt: number; id: string; limit: number }, WaitingRow[]>(
  'dealing.waiting',
  (db) =>
    db
      .select({ id: conversations.id, lastAt: conversations.lastAt, teamId: conversations.teamId })
      .from(conversations)
      .where(
        and(
          eq(conversations.inboxId, sql.placeholder('inboxId')),
          isWaiting(),
          sql`(${conversations.lastAt}, ${conversations.id}) > (${sql.placeholder('lastAt')}, ${sql.placeholder('id')})`,
        ),
      )
      .orderBy(asc(conversations.lastAt), asc(conversations.id))
      .limit(sql.placeholder('limit')),
);

/** What of an inbox is open and has nobody after a place, what waits longest first. */
export function waitingIn(
  db: Handle,
  inboxId: string,
  after: RowPlace | null,
  limit: number,
): Promise<WaitingRow[]> {
  const { lastAt, id } = after ?? { lastAt: -1, id: '' };
  return selectWaiting(db, { inboxId, lastAt, id, limit });
}

export interface Player {
  readonly id: string;
  readonly name: string;
}

const selectPlayers = prepared<{ inboxId: string; teamId: string | null }, Player[]>(
  'dealing.players',
  (db) =>
    db
      .select({ id: agents.id, name: agents.name })
      .from(inboxMembers)
      .innerJoin(
        agents,
        and(eq(agents.id, inboxMembers.agentId), eq(agents.state, 'active'), eq(agents.kind, 'person')),
      )
      .leftJoin(
        dealtTurns,
        and(eq(dealtTurns.inboxId, inboxMembers.inboxId), eq(dealtTurns.agentId, inboxMembers.agentId)),
      )
      .where(
        and(
          eq(inboxMembers.inboxId, sql.placeholder('inboxId')),
          ne(inboxMembers.capability, 'read'),
          or(
            sql`CAST(${sql.placeholder('teamId')} AS TEXT) IS NULL`,
            exists(
              db
                .select({ id: teamMembers.agentId })
                .from(teamMembers)
                .where(
                  and(
                    eq(teamMembers.agentId, inboxMembers.agentId),
                    eq(teamMembers.teamId, sql.placeholder('teamId')),
                  ),
                ),
            ),
          ),
        ),
      )
      .orderBy(asc(sql`COALESCE(${dealtTurns.turn}, 0)`), asc(agents.id)),
);

/** Who may reply in an inbox (and is of a team), whoever waits longest for a turn first: one order on every server. */
export function playersOf(db: Handle, inboxId: string, teamId: string | null): Promise<Player[]> {
  return selectPlayers(db, { inboxId, teamId });
}

const selectOpen = prepared<{ inboxId: string; agentId: string; limit: number }, { id: string }[]>(
  'dealing.open',
  (db) =>
    db
      .select({ id: conversations.id })
      .from(conversations)
      .where(
        and(
          eq(conversations.responsibleId, sql.placeholder('agentId')),
          eq(conversations.inboxId, sql.placeholder('inboxId')),
          eq(conversations.status, 'open'),
        ),
      )
      .limit(sql.placeholder('limit')),
);

/** How many open conversations of an inbox somebody has; at most `limit` are counted. */
export async function openOf(db: Handle, inboxId: string, agentId: string, limit: number): Promise<number> {
  return (await selectOpen(db, { inboxId, agentId, limit })).length;
}

const deal = prepared<{ conversationId: string; inboxId: string; agentId: string }, { id: string }[]>(
  'dealing.deal',
  (db) =>
    db
      .update(conversations)
      .set({
        assigneeId: sql`${sql.placeholder('agentId')}`,
        responsibleId: sql`${sql.placeholder('agentId')}`,
      })
      .where(
        and(
          eq(conversations.id, sql.placeholder('conversationId')),
          eq(conversations.inboxId, sql.placeholder('inboxId')),
          isWaiting(),
        ),
      )
      .returning({ id: conversations.id }),
);

/**
 * Gives a conversation, whose row is locked, to somebody for their turn `turn` of the inbox, whose assignment is held. False when it is
 * not open any more, or has somebody.
 */
export async function dealTo(
  tx: Tx,
  {
    conversationId,
    inboxId,
    agentId,
    turn,
  }: {
    readonly conversationId: string;
    readonly inboxId: string;
    readonly agentId: string;
    readonly turn: number;
  },
): Promise<boolean> {
  if ((await deal(tx.db, { conversationId, inboxId, agentId })).length === 0) return false;
  await tx.db.update(inboxAssignment).set({ turns: turn }).where(eq(inboxAssignment.inboxId, inboxId));
  await tx.db
    .insert(dealtTurns)
    .values({ inboxId, agentId, turn })
    .onConflictDoUpdate({ target: [dealtTurns.inboxId, dealtTurns.agentId], set: { turn } });
  return true;
}
