/** Reads conversations as lines of a list: what events carry and what lists answer is made here, and only here. */
import { and, asc, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import {
  type ConversationRow,
  type DraftKind,
  type LockLine,
  type LockView,
  type Person,
  refuse,
} from '@latchbox/shared';
import { nameOf, teamNameOf } from './agent-names.ts';
import { type BatchedQuery, preparedForIds } from './batches.ts';
import type { Handle } from './database.ts';
import { linedCount, type Lined, linedOf, linedOfSome, NOBODY, offerColumns, offerOf } from './line-rows.ts';
import { prepared } from './prepared.ts';
import {
  agents,
  contactAddresses,
  contacts,
  conversations,
  drafts,
  lockEpochs,
  lockOffers,
  sessions,
} from './schema/sqlite.ts';

/** A conversation with its contact, its assignee, its open lock and whom that is offered to, in one row. */
function selectRows(db: Handle) {
  return db
    .select({
      id: conversations.id,
      inboxId: conversations.inboxId,
      number: conversations.number,
      channel: conversations.channel,
      subject: conversations.subject,
      previewKind: conversations.previewKind,
      previewAuthor: conversations.previewAuthor,
      previewText: conversations.previewText,
      status: conversations.status,
      snoozedUntil: conversations.snoozedUntil,
      createdAt: conversations.createdAt,
      lastAt: conversations.lastAt,
      newestPosition: conversations.newestPosition,
      newestIncoming: conversations.newestIncoming,
      lockEpoch: conversations.lockEpoch,
      contactId: contacts.id,
      contactName: contacts.name,
      contactAddress: contactAddresses.address,
      assigneeId: conversations.assigneeId,
      responsibleId: conversations.responsibleId,
      responsibleName: nameOf(conversations.responsibleId),
      teamId: conversations.teamId,
      teamName: teamNameOf(conversations.teamId),
      fence: lockEpochs.epoch,
      holderId: lockEpochs.agentId,
      holderName: nameOf(lockEpochs.agentId),
      sessionId: lockEpochs.sessionId,
      device: sessions.device,
      grantedAt: lockEpochs.grantedAt,
      lockOn: lockEpochs.lockOn,
      idleDeadline: lockEpochs.idleDeadline,
      goneDeadline: lockEpochs.goneDeadline,
      lined: linedCount,
      ...offerColumns,
      offeredToName: nameOf(lockOffers.agentId),
    })
    .from(conversations)
    .innerJoin(contacts, eq(contacts.id, conversations.contactId))
    .innerJoin(contactAddresses, eq(contactAddresses.id, conversations.addressId))
    .leftJoin(lockEpochs, and(eq(lockEpochs.conversationId, conversations.id), isNull(lockEpochs.endedAt)))
    .leftJoin(sessions, eq(sessions.id, lockEpochs.sessionId))
    .leftJoin(lockOffers, eq(lockOffers.conversationId, conversations.id));
}
type StoredRow = Awaited<ReturnType<typeof selectRows>>[number];

/** Whose unsent drafts there are. An empty body is no draft: its row stays for its revision only. */
function selectDrafts(db: Handle) {
  return db
    .select({ conversationId: drafts.conversationId, id: agents.id, name: agents.name, kind: drafts.kind })
    .from(drafts)
    .innerJoin(agents, eq(agents.id, drafts.agentId))
    .orderBy(asc(drafts.conversationId), asc(drafts.agentId), asc(drafts.kind));
}
interface StoredDraft {
  readonly conversationId: string;
  readonly id: string;
  readonly name: string;
  readonly kind: DraftKind;
}

const oneRow = prepared<{ id: string }, StoredRow[]>('rows.one', (db) =>
  selectRows(db).where(eq(conversations.id, sql.placeholder('id'))),
);
const draftsOfOne = prepared<{ id: string }, StoredDraft[]>('rows.drafts', (db) =>
  selectDrafts(db).where(and(eq(drafts.conversationId, sql.placeholder('id')), ne(drafts.body, ''))),
);
const someRows: BatchedQuery<StoredRow> = preparedForIds('rows.some', (db, ids) =>
  selectRows(db).where(inArray(conversations.id, ids)),
);
const draftsOfSome: BatchedQuery<StoredDraft> = preparedForIds('rows.drafts.some', (db, ids) =>
  selectDrafts(db).where(and(inArray(drafts.conversationId, ids), ne(drafts.body, ''))),
);

/** A conversation as a line of a list. Throws `not_found`. */
export async function conversationRow(db: Handle, conversationId: string): Promise<ConversationRow> {
  const [row] = await oneRow(db, { id: conversationId });
  if (row === undefined) throw refuse('not_found');
  const lined = row.lined === 0 ? NOBODY : await linedOf(db, conversationId);
  return toRow(row, await draftsOfOne(db, { id: conversationId }), lined);
}

/** The rows of these conversations in the order of `ids`; unknown ids are left out. */
export async function conversationRows(db: Handle, ids: readonly string[]): Promise<ConversationRow[]> {
  const rows = await someRows(db, ids);
  const byConversation = Map.groupBy(await draftsOfSome(db, ids), (draft) => draft.conversationId);
  const lined = await linedOfSome(
    db,
    rows.flatMap((row) => (row.lined === 0 ? [] : [row.id])),
  );
  const found = new Map(
    rows.map((row) => [row.id, toRow(row, byConversation.get(row.id) ?? [], lined.get(row.id) ?? NOBODY)]),
  );
  return ids.flatMap((id) => found.get(id) ?? []);
}

function toRow(row: StoredRow, unsent: readonly StoredDraft[], lined: Lined): ConversationRow {
  const line = toLine(row, lined);
  return {
    id: row.id,
    inboxId: row.inboxId,
    number: row.number,
    channel: row.channel,
    contact: { id: row.contactId, name: row.contactName, address: row.contactAddress },
    subject: row.subject,
    preview: { kind: row.previewKind, author: row.previewAuthor, text: row.previewText },
    status: row.status,
    ...(row.snoozedUntil === null ? {} : { snoozedUntil: row.snoozedUntil }),
    assignee: named(row.responsibleId, row.responsibleName),
    ...(row.responsibleId === row.assigneeId ? {} : { byOwner: true }),
    ...(row.teamId === null ? {} : { team: { id: row.teamId, name: row.teamName ?? '' } }),
    createdAt: row.createdAt,
    lastAt: row.lastAt,
    newestPosition: row.newestPosition,
    newestIncoming: row.newestIncoming,
    lock: toLockView(row),
    ...(line === undefined ? {} : { line }),
    drafts: unsent.map(({ id, name, kind }) => ({ person: { id, name }, kind })),
  };
}

const named = (id: string | null, name: string | null): Person | null =>
  id === null || name === null ? null : { id, name };

/** Undefined when nobody waits, asks or is to get it: then a row has no line. */
function toLine(row: StoredRow, { waiting, asks }: Lined): LockLine | undefined {
  const handOver = offerOf(row, 'hand_over');
  if (waiting.length === 0 && asks.length === 0 && handOver === null) return undefined;
  return { waiting, asks, handOver };
}

function toLockView(row: StoredRow): LockView {
  const { fence, holderId, holderName, sessionId, grantedAt, lockOn } = row;
  // An epoch without a session is minted and ended within one transaction: nobody ever sees it open.
  if (
    fence === null ||
    holderId === null ||
    holderName === null ||
    sessionId === null ||
    grantedAt === null ||
    lockOn === null
  ) {
    const turn = offerOf(row, 'turn');
    if (turn === null) return { status: 'free', fence: row.lockEpoch };
    return { status: 'reserved', fence: row.lockEpoch, for: turn.to, until: turn.until };
  }
  return {
    status: 'held',
    fence,
    holder: { id: holderId, name: holderName },
    sessionId,
    device: row.device ?? '',
    since: grantedAt,
    lockOn,
    idle: row.idleDeadline === null ? { phase: 'active' } : { phase: 'asked', deadline: row.idleDeadline },
    goneDeadline: row.goneDeadline,
  };
}
