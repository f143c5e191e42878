import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { EventData, StreamId } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { events, streams } from './schema/sqlite.ts';

const nextSeq = prepared<{ stream: string }, { seq: number }[]>('log.next', (db) =>
  db
    .insert(streams)
    .values({ id: sql.placeholder('stream'), lastSeq: 1 })
    .onConflictDoUpdate({ target: streams.id, set: { lastSeq: sql`${streams.lastSeq} + 1` } })
    .returning({ seq: streams.lastSeq }),
);

const insertEvent = prepared<{ stream: string; seq: number; at: number; data: string }, unknown>(
  'log.insert',
  (db) =>
    db.insert(events).values({
      stream: sql.placeholder('stream'),
      seq: sql.placeholder('seq'),
      at: sql.placeholder('at'),
      data: sql.placeholder('data'),
    }),
);

const selectAfter = prepared<{ stream: string; seq: number; limit: number }, StoredEvent[]>(
  'log.after',
  (db) =>
    db
      .select({ stream: events.stream, seq: events.seq, at: events.at, data: events.data })
      .from(events)
      .where(and(eq(events.stream, sql.placeholder('stream')), gt(events.seq, sql.placeholder('seq'))))
      .orderBy(asc(events.seq))
      .limit(sql.placeholder('limit')),
);

const selectHead = prepared<{ stream: string }, { seq: number }[]>('log.head', (db) =>
  db
    .select({ seq: streams.lastSeq })
    .from(streams)
    .where(eq(streams.id, sql.placeholder('stream'))),
);

export interface StoredEvent {
  readonly stream: string;
  readonly seq: number;
  readonly at: number;
  /** JSON of `EventData`. */
  readonly data: string;
}

/** An event as this process has just committed it: whoever gets it need not read it. Never made of what came over a wire. */
export class Appended implements StoredEvent {
  readonly stream: StreamId;
  readonly seq: number;
  readonly at: number;
  readonly data: string;
  readonly event: EventData;

  constructor(stream: StreamId, seq: number, at: number, event: EventData) {
    this.stream = stream;
    this.seq = seq;
    this.at = at;
    this.data = JSON.stringify(event);
    this.event = event;
  }
}

/** Told after a commit which streams grew, and by what; the pump and the other servers are woken by it. */
export type Wake = (stream: StreamId, appended?: Appended) => void;

/**
 * Appends an event to a stream and returns its sequence number. The counter row is locked from here to the commit, so
 * commit order is sequence order: append last, after every other row lock of the transaction.
 */
export async function appendEvent(tx: Tx, stream: StreamId, data: EventData, wake: Wake): Promise<number> {
  const [row] = await nextSeq(tx.db, { stream });
  if (row === undefined) throw new Error(`no sequence number for ${stream}`);
  const event = new Appended(stream, row.seq, tx.now, data);
  await insertEvent(tx.db, { stream, seq: event.seq, at: event.at, data: event.data });
  tx.afterCommit(() => wake(stream, event));
  return row.seq;
}

/** Up to `limit` events after `seq`, in order. */
export function eventsAfter(
  db: Handle,
  stream: StreamId,
  seq: number,
  limit: number,
): Promise<StoredEvent[]> {
  return selectAfter(db, { stream, seq, limit });
}

/** The newest sequence number of a stream; 0 for one that has no event yet. */
export async function streamHead(db: Handle, stream: StreamId): Promise<number> {
  const [row] = await selectHead(db, { stream });
  return row?.seq ?? 0;
}
