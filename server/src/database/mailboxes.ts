/** Rows of mailboxes and of their addresses. What is read and written while mail comes in: `mailbox-mail.ts`. */
import { and, asc, eq, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { Incoming, MailboxState, Outgoing } from '@latchbox/shared/http/mailboxes';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { forUpdate } from './row-locks.ts';
import { inboxAddresses, mailboxes } from './schema/sqlite.ts';

type Row = typeof mailboxes.$inferSelect;

/** A mailbox as it is stored; `secrets` is sealed. */
export interface StoredMailbox
  extends Omit<
    Row,
    'incoming' | 'outgoing' | 'state' | 'stateAt' | 'failedPart' | 'failedCode' | 'failedReason'
  > {
  readonly incoming: Incoming;
  readonly outgoing: Outgoing | null;
  readonly state: MailboxState;
}

/** What outgoing servers did not say before it was asked for. */
const SINCE_THEN = { verify: true, sign: false };

function toMailbox(row: Row): StoredMailbox {
  const { incoming, outgoing, state, stateAt, failedPart, failedCode, failedReason, ...rest } = row;
  return {
    ...rest,
    incoming: JSON.parse(incoming) as Incoming,
    outgoing: outgoing === null ? null : { ...SINCE_THEN, ...(JSON.parse(outgoing) as Outgoing) },
    state:
      state === 'failed'
        ? ({
            status: state,
            since: stateAt,
            part: failedPart ?? 'server',
            code: failedCode ?? 'server_trouble',
            reason: failedReason ?? '',
          } as Extract<MailboxState, { status: 'failed' }>)
        : { status: state, since: stateAt },
  };
}

const selectById = prepared<{ id: string }, Row[]>('mailboxes.byId', (db) =>
  db
    .select()
    .from(mailboxes)
    .where(eq(mailboxes.id, sql.placeholder('id'))),
);

/** A mailbox that was not removed. */
export async function mailboxById(db: Handle, id: string): Promise<StoredMailbox | undefined> {
  const [row] = await selectById(db, { id });
  return row === undefined || row.endedAt !== null ? undefined : toMailbox(row);
}

/** As `mailboxById`, and nobody else changes it before the commit. */
export async function holdMailbox(tx: Tx, id: string): Promise<StoredMailbox | undefined> {
  const query = tx.db
    .select()
    .from(mailboxes)
    .where(and(eq(mailboxes.id, id), isNull(mailboxes.endedAt)));
  const [row] = await forUpdate(tx, query);
  return row && toMailbox(row);
}

/** All that were not removed, or those of these inboxes. */
export async function listMailboxes(
  db: Handle,
  inboxIds: readonly string[] | undefined,
): Promise<StoredMailbox[]> {
  const rows = await db
    .select()
    .from(mailboxes)
    .where(
      and(
        isNull(mailboxes.endedAt),
        inboxIds === undefined ? undefined : inArray(mailboxes.inboxId, [...inboxIds]),
      ),
    )
    .orderBy(asc(mailboxes.createdAt), asc(mailboxes.id));
  return rows.map(toMailbox);
}

export interface NewMailbox {
  readonly id: string;
  readonly inboxId: string;
  readonly ownerId: string | null;
  readonly address: string;
  readonly name: string;
  readonly incoming: Incoming;
  readonly outgoing: Outgoing | null;
  readonly secrets: string;
  readonly ratePerMinute: number;
  readonly createdBy: string;
}

/** A unique violation (`mailboxes_address`) is the caller's to answer. */
export async function insertMailbox(tx: Tx, mailbox: NewMailbox): Promise<void> {
  await tx.db.insert(mailboxes).values({
    ...mailbox,
    incoming: JSON.stringify(mailbox.incoming),
    outgoing: mailbox.outgoing === null ? null : JSON.stringify(mailbox.outgoing),
    version: 1,
    state: 'connecting',
    stateAt: tx.now,
    claimNo: 0,
    createdAt: tx.now,
  });
}

export interface MailboxChange {
  readonly inboxId?: string;
  readonly ownerId?: string | null;
  readonly address?: string;
  readonly name?: string;
  readonly incoming?: Incoming;
  readonly outgoing?: Outgoing | null;
  readonly secrets?: string;
  readonly ratePerMinute?: number;
}

/** Changes settings; whoever works with the older ones notices by the version. */
export async function updateMailbox(tx: Tx, id: string, change: MailboxChange): Promise<void> {
  const { incoming, outgoing, ...rest } = change;
  await tx.db
    .update(mailboxes)
    .set({
      ...rest,
      ...(incoming === undefined ? {} : { incoming: JSON.stringify(incoming) }),
      ...(outgoing === undefined ? {} : { outgoing: outgoing === null ? null : JSON.stringify(outgoing) }),
      version: sql`${mailboxes.version} + 1`,
    })
    .where(eq(mailboxes.id, id));
}

/** Seals fresher tokens back, if nobody has changed the secrets since; false: somebody has. No new version: nothing starts again. */
export async function replaceSecrets(tx: Tx, id: string, before: string, secrets: string): Promise<boolean> {
  const rows = await tx.db
    .update(mailboxes)
    .set({ secrets })
    .where(and(eq(mailboxes.id, id), eq(mailboxes.secrets, before)))
    .returning({ id: mailboxes.id });
  return rows.length > 0;
}

type Failed = Omit<Extract<MailboxState, { status: 'failed' }>, 'since'>;
type NewState = { readonly status: 'connecting' | 'connected' | 'disconnected' } | Failed;

/** Writes how a mailbox stands. A new version as well where its work has to start again, or stop. */
export async function setMailboxState(
  tx: Tx,
  id: string,
  state: NewState,
  options: { readonly startAgain: boolean },
): Promise<void> {
  const failed = state.status === 'failed' ? state : undefined;
  await tx.db
    .update(mailboxes)
    .set({
      state: state.status,
      failedPart: failed?.part ?? null,
      failedCode: failed?.code ?? null,
      failedReason: failed?.reason ?? null,
      stateAt: tx.now,
      ...(options.startAgain ? { version: sql`${mailboxes.version} + 1` } : {}),
    })
    .where(eq(mailboxes.id, id));
}

/** Removes a mailbox for good: its address is free, and nothing is left of its secrets. */
export async function endMailbox(tx: Tx, id: string): Promise<void> {
  await tx.db.delete(inboxAddresses).where(eq(inboxAddresses.mailboxId, id));
  // First its own row, for which whoever makes it somebody's master waits; then those that have it by now.
  await tx.db
    .update(mailboxes)
    .set({
      state: 'disconnected',
      stateAt: tx.now,
      secrets: '',
      endedAt: tx.now,
      version: sql`${mailboxes.version} + 1`,
    })
    .where(eq(mailboxes.id, id));
  await forgetMasters(tx, id);
}

/** Ends what a mailbox has to do with masters: its own, and being one. For one that is removed, or becomes somebody else's. */
export async function forgetMasters(tx: Tx, id: string): Promise<void> {
  const concerned = or(eq(mailboxes.masterId, id), and(eq(mailboxes.id, id), isNotNull(mailboxes.masterId)));
  await tx.db.update(mailboxes).set({ masterId: null }).where(concerned);
}

const selectAddresses = prepared<{ mailboxId: string }, { address: string; name: string }[]>(
  'mailboxes.addresses',
  (db) =>
    db
      .select({ address: inboxAddresses.address, name: inboxAddresses.name })
      .from(inboxAddresses)
      .where(eq(inboxAddresses.mailboxId, sql.placeholder('mailboxId')))
      .orderBy(asc(inboxAddresses.createdAt), asc(inboxAddresses.address)),
);

/** The address and the aliases of a mailbox. */
export function addressesOfMailbox(
  db: Handle,
  mailboxId: string,
): Promise<{ readonly address: string; readonly name: string }[]> {
  return selectAddresses(db, { mailboxId });
}

/** Whose an address (lower case) is. */
export async function addressHolder(
  db: Handle,
  address: string,
): Promise<{ readonly inboxId: string; readonly mailboxId: string | null } | undefined> {
  const [row] = await db
    .select({ inboxId: inboxAddresses.inboxId, mailboxId: inboxAddresses.mailboxId })
    .from(inboxAddresses)
    .where(eq(inboxAddresses.address, address));
  return row;
}

const selectOfAddress = prepared<{ address: string }, { mailboxId: string | null }[]>(
  'mailboxes.ofAddress',
  (db) =>
    db
      .select({ mailboxId: inboxAddresses.mailboxId })
      .from(inboxAddresses)
      .where(eq(inboxAddresses.address, sql.placeholder('address'))),
);

/** The mailbox that has this address, or has it as an alias; undefined for one that is no mailbox's. */
export async function mailboxOfAddress(db: Handle, address: string): Promise<string | undefined> {
  const [row] = await selectOfAddress(db, { address: address.toLowerCase() });
  return row?.mailboxId ?? undefined;
}

/**
 * Gives a mailbox an address (lower case); one that its inbox had for itself becomes the mailbox's. False when another inbox or
 * another mailbox has it.
 */
export async function giveAddress(
  tx: Tx,
  given: {
    readonly address: string;
    readonly name: string;
    readonly inboxId: string;
    readonly mailboxId: string;
  },
): Promise<boolean> {
  const { inboxId, mailboxId, name } = given;
  const rows = await tx.db
    .insert(inboxAddresses)
    .values({ ...given, createdAt: tx.now })
    .onConflictDoUpdate({
      target: inboxAddresses.address,
      set: { mailboxId, name },
      setWhere: sql`${inboxAddresses.inboxId} = ${inboxId} AND (${inboxAddresses.mailboxId} IS NULL OR ${inboxAddresses.mailboxId} = ${mailboxId})`,
    })
    .returning({ address: inboxAddresses.address });
  return rows.length > 0;
}

/** Takes those addresses away from a mailbox that are not among `keep`. */
export async function keepAddresses(tx: Tx, mailboxId: string, keep: readonly string[]): Promise<void> {
  for (const { address } of await addressesOfMailbox(tx.db, mailboxId)) {
    if (!keep.includes(address))
      await tx.db.delete(inboxAddresses).where(eq(inboxAddresses.address, address));
  }
}

/** Takes a mailbox's addresses along to another inbox. */
export async function moveAddresses(tx: Tx, mailboxId: string, inboxId: string): Promise<void> {
  await tx.db.update(inboxAddresses).set({ inboxId }).where(eq(inboxAddresses.mailboxId, mailboxId));
}
