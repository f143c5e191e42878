/** Office hours and out of office of inboxes and agents, and whom they have answered. */
import { and, eq, isNull, lt, ne, or, sql } from 'drizzle-orm';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { forUpdate } from './row-locks.ts';
import { agents, automaticAnswers, conversations, inboxes, mailboxes, officeHours } from './schema/sqlite.ts';

/** Whose they are. */
export interface HoursOwner {
  readonly kind: 'inbox' | 'agent';
  readonly ownerId: string;
}

export interface StoredHours extends HoursOwner {
  /** JSON of `OfficeHours`; null: none were set. */
  readonly hours: string | null;
  /** JSON of `OutOfOffice`. */
  readonly outOfOffice: string;
  readonly mode: 'off' | 'on' | 'auto';
  readonly changedAt: number;
  readonly continuesFrom: number | null;
}

const isOwner = () =>
  and(eq(officeHours.kind, sql.placeholder('kind')), eq(officeHours.ownerId, sql.placeholder('ownerId')));
const key = ({ kind, ownerId }: HoursOwner) => ({ kind, ownerId });

const selectOne = prepared<{ kind: 'inbox' | 'agent'; ownerId: string }, StoredHours[]>('hours.of', (db) =>
  db.select().from(officeHours).where(isOwner()),
);

export async function hoursOf(db: Handle, owner: HoursOwner): Promise<StoredHours | undefined> {
  return (await selectOne(db, key(owner)))[0];
}

/** As `hoursOf`, locked to the commit: of two who change them at once one waits. Made with `first` where there are none. */
export async function holdHours(
  tx: Tx,
  owner: HoursOwner,
  first: Omit<StoredHours, keyof HoursOwner>,
): Promise<StoredHours> {
  await tx.db
    .insert(officeHours)
    .values({ ...key(owner), ...first })
    .onConflictDoNothing();
  const query = tx.db
    .select()
    .from(officeHours)
    .where(and(eq(officeHours.kind, owner.kind), eq(officeHours.ownerId, owner.ownerId)));
  const [row] = await forUpdate(tx, query);
  if (row === undefined) throw new Error('office hours vanished inside their transaction');
  return row;
}

export async function writeHours(tx: Tx, { kind, ownerId, ...row }: StoredHours): Promise<void> {
  await tx.db
    .update(officeHours)
    .set(row)
    .where(and(eq(officeHours.kind, kind), eq(officeHours.ownerId, ownerId)));
}

/** Who may answer by itself for a message. */
export interface Answering extends StoredHours {
  /** Of an agent: the name. */
  readonly agentName: string | null;
  /** Of an agent: whether the conversation is assigned to it. */
  readonly assigned: number;
}

const selectAnswering = prepared<{ inboxId: string; conversationId: string }, Answering[]>(
  'hours.answering',
  (db) => {
    const assignee = db
      .select({ id: conversations.responsibleId })
      .from(conversations)
      .where(eq(conversations.id, sql.placeholder('conversationId')));
    const owners = db
      .select({ id: mailboxes.ownerId })
      .from(mailboxes)
      .where(and(eq(mailboxes.inboxId, sql.placeholder('inboxId')), isNull(mailboxes.endedAt)));
    return db
      .select({
        kind: officeHours.kind,
        ownerId: officeHours.ownerId,
        hours: officeHours.hours,
        outOfOffice: officeHours.outOfOffice,
        mode: officeHours.mode,
        changedAt: officeHours.changedAt,
        continuesFrom: officeHours.continuesFrom,
        agentName: agents.name,
        assigned: sql`CASE WHEN ${officeHours.ownerId} IN ${assignee} THEN 1 ELSE 0 END`.mapWith(Number),
      })
      .from(officeHours)
      .leftJoin(agents, and(eq(agents.id, officeHours.ownerId), eq(agents.state, 'active')))
      .where(
        and(
          ne(officeHours.mode, 'off'),
          or(
            and(eq(officeHours.kind, 'inbox'), eq(officeHours.ownerId, sql.placeholder('inboxId'))),
            and(
              eq(officeHours.kind, 'agent'),
              sql`(${officeHours.ownerId} IN ${assignee} OR ${officeHours.ownerId} IN ${owners})`,
            ),
          ),
        ),
      );
  },
);

/** The inbox, the conversation's assignee and the owners of the inbox's mailboxes, those of them that answer at times. */
export async function answeringFor(
  db: Handle,
  of: { readonly inboxId: string; readonly conversationId: string },
): Promise<Answering[]> {
  const rows = await selectAnswering(db, { ...of });
  // Whoever was deactivated answers nobody.
  return rows.filter(({ kind, agentName }) => kind === 'inbox' || agentName !== null);
}

const selectAnswered = prepared<
  { kind: 'inbox' | 'agent'; ownerId: string; contactId: string },
  { at: number }[]
>('hours.answered', (db) =>
  db
    .select({ at: automaticAnswers.at })
    .from(automaticAnswers)
    .where(
      and(
        eq(automaticAnswers.kind, sql.placeholder('kind')),
        eq(automaticAnswers.ownerId, sql.placeholder('ownerId')),
        eq(automaticAnswers.contactId, sql.placeholder('contactId')),
      ),
    ),
);

/** When a contact was last answered for it. */
export async function answeredAt(
  db: Handle,
  owner: HoursOwner,
  contactId: string,
): Promise<number | undefined> {
  return (await selectAnswered(db, { ...key(owner), contactId }))[0]?.at;
}

/** Notes that a contact is answered now; false when it was since `since`, by another transaction. */
export async function noteAnswered(
  tx: Tx,
  owner: HoursOwner,
  contactId: string,
  since: number,
): Promise<boolean> {
  const noted = await tx.db
    .insert(automaticAnswers)
    .values({ ...key(owner), contactId, at: tx.now })
    .onConflictDoUpdate({
      target: [automaticAnswers.kind, automaticAnswers.ownerId, automaticAnswers.contactId],
      set: { at: tx.now },
      setWhere: lt(automaticAnswers.at, since),
    })
    .returning({ at: automaticAnswers.at });
  return noted.length > 0;
}

const mailboxOwner = prepared<{ address: string }, { ownerId: string | null }[]>('hours.mailboxOwner', (db) =>
  db
    .select({ ownerId: mailboxes.ownerId })
    .from(mailboxes)
    .where(and(eq(mailboxes.address, sql.placeholder('address')), isNull(mailboxes.endedAt))),
);

/** Whose own mailbox an address (lower case) is; null: nobody's. */
export async function ownerOfAddress(db: Handle, address: string): Promise<string | null> {
  return (await mailboxOwner(db, { address }))[0]?.ownerId ?? null;
}

const selectWords = prepared<{ conversationId: string }, { subject: string; inboxName: string }[]>(
  'hours.words',
  (db) =>
    db
      .select({ subject: conversations.subject, inboxName: inboxes.name })
      .from(conversations)
      .innerJoin(inboxes, eq(inboxes.id, conversations.inboxId))
      .where(eq(conversations.id, sql.placeholder('conversationId'))),
);

/** What an answer can say of a conversation. */
export async function subjectAndInbox(
  db: Handle,
  conversationId: string,
): Promise<{ readonly subject: string; readonly inboxName: string }> {
  const [found] = await selectWords(db, { conversationId });
  if (found === undefined) throw new Error('a conversation vanished while it was answered');
  return found;
}

/** Who writes what nobody wrote. */
export const AUTOMATIC_AGENT = { id: 'agt_automatic', name: 'Automatic reply' } as const;

/** Makes the system actor under whose name automatic answers stand, if there is none yet. */
export async function ensureAutomaticAgent(tx: Tx): Promise<void> {
  await tx.db
    .insert(agents)
    .values({ ...AUTOMATIC_AGENT, kind: 'system', role: 'agent', createdAt: tx.now })
    .onConflictDoNothing();
}
