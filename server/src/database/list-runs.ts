/** The runs that lists are made of: what stands in an index in the order of the list, and what of it a filter lets through. */
import { and, type Column, desc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { ConversationStatus, RowFilter, RowPlace } from '@latchbox/shared';
import { nextTurn } from '../lib/next-turn.ts';
import type { Handle } from './database.ts';
import { prepared } from './prepared.ts';
import { conversations, readMarks } from './schema/sqlite.ts';

export interface RunValues extends Record<string, unknown> {
  readonly inboxId: string;
  readonly status: ConversationStatus;
  readonly lastAt: number;
  readonly id: string;
  readonly limit: number;
}
/** The next places of one run after a place. */
export type ListRun = (db: Handle, values: RunValues) => Promise<RowPlace[]>;

/** What a run is narrowed to: whom or which team it is assigned to, or nobody. */
interface Narrowed {
  readonly where: SQL;
  /** It leads the order, where it is the same for all: Postgres then sees the index's order. */
  readonly by: Column;
}

const { lastAt, id, inboxId, status, responsibleId, teamId, newestIncoming } = conversations;
const of = sql.placeholder('of');

const NARROWED = {
  all: () => undefined,
  agent: (): Narrowed => ({ where: eq(responsibleId, of), by: responsibleId }),
  nobody: (): Narrowed => ({ where: isNull(responsibleId), by: responsibleId }),
  team: (): Narrowed => ({ where: eq(teamId, of), by: teamId }),
} as const;
type Narrowing = keyof typeof NARROWED;

const places = (narrowed: Narrowed | undefined) =>
  and(
    eq(inboxId, sql.placeholder('inboxId')),
    eq(status, sql.placeholder('status')),
    sql`(${lastAt}, ${id}) < (${sql.placeholder('lastAt')}, ${sql.placeholder('id')})`,
    narrowed?.where,
  );
const order = (narrowed: Narrowed | undefined) =>
  [...(narrowed === undefined ? [] : [narrowed.by]), lastAt, id].map((column) => desc(column));

const plainRun = (name: Narrowing) =>
  prepared<RunValues & { of?: string }, RowPlace[]>(`lists.${name}`, (db) => {
    const narrowed = NARROWED[name]();
    return db
      .select({ lastAt, id })
      .from(conversations)
      .where(places(narrowed))
      .orderBy(...order(narrowed))
      .limit(sql.placeholder('limit'));
  });

/** A place, and what decides whether one agent's list shows it. */
interface Candidate extends RowPlace {
  readonly responsibleId: string | null;
  readonly unread: number;
}

const readTo = sql`(SELECT mark.position FROM ${readMarks} AS mark WHERE mark.agent_id = ${sql.placeholder('me')} AND mark.conversation_id = ${id})`;
const unread = sql`CASE WHEN ${newestIncoming} > COALESCE(${readTo}, 0) THEN 1 ELSE 0 END`.mapWith(Number);

const candidateRun = (name: Narrowing) =>
  prepared<RunValues & { me: string; of?: string }, Candidate[]>(`lists.${name}.seen`, (db) => {
    const narrowed = NARROWED[name]();
    return db
      .select({ lastAt, id, responsibleId, unread })
      .from(conversations)
      .where(places(narrowed))
      .orderBy(...order(narrowed))
      .limit(sql.placeholder('limit'));
  });

const PLAIN = {
  all: plainRun('all'),
  agent: plainRun('agent'),
  nobody: plainRun('nobody'),
  team: plainRun('team'),
};
const CANDIDATES = {
  all: candidateRun('all'),
  agent: candidateRun('agent'),
  nobody: candidateRun('nobody'),
  team: candidateRun('team'),
};

/** How ids of teams begin. */
const TEAM = 'tea_';

function narrowingOf(
  assignee: string | undefined,
  me: string,
): { readonly to: Narrowing; readonly of?: string } {
  if (assignee === undefined || assignee === 'others') return { to: 'all' };
  if (assignee === 'none') return { to: 'nobody' };
  return { to: assignee.startsWith(TEAM) ? 'team' : 'agent', of: assignee === 'me' ? me : assignee };
}

/**
 * The run of a filter, as agent `me` sees it. Whose a conversation is and of which team is in the index; what the agent has read, and that
 * it is a colleague's, is looked at row by row.
 */
export function runFor(filter: RowFilter, me: string): ListRun {
  const { to, ...of } = narrowingOf(filter.assignee, me);
  const { unread } = filter;
  const others = filter.assignee === 'others';
  if (unread === undefined && !others) return (db, values) => PLAIN[to](db, { ...values, ...of });
  const passes = (row: Candidate): boolean =>
    (unread === undefined || (row.unread === 1) === unread) &&
    (!others || (row.responsibleId !== null && row.responsibleId !== me));
  return (db, values) =>
    sifted((place) => CANDIDATES[to](db, { ...values, ...of, ...place, me }), passes, values);
}

/** Rows that are looked at in one query at most: a filter that lets few through must not hold up everybody else. */
const MOST = 1_000;

/** Reads on until there are enough that pass, or no more: more at a time the fewer there are. */
async function sifted(
  read: (from: RowPlace & { readonly limit: number }) => Promise<Candidate[]>,
  passes: (row: Candidate) => boolean,
  { lastAt, id, limit }: RunValues,
): Promise<RowPlace[]> {
  const found: RowPlace[] = [];
  let after: RowPlace = { lastAt, id };
  for (let chunk = limit; ; chunk = Math.min(2 * chunk, MOST)) {
    const rows = await read({ lastAt: after.lastAt, id: after.id, limit: chunk });
    for (const row of rows) if (passes(row)) found.push({ lastAt: row.lastAt, id: row.id });
    after = rows.at(-1) ?? after;
    if (found.length >= limit || rows.length < chunk) return found.slice(0, limit);
    await nextTurn();
  }
}
