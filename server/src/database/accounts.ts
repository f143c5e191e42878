/** What agents may send from, and where they send from by default. */
import { and, asc, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import type { Account, Capability, ChannelName } from '@latchbox/shared';
import type { Handle, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { agents, inboxAddresses, inboxes, inboxMembers, mailboxes, numbers } from './schema/sqlite.ts';
import { isUsable } from './texting/waiting.ts';

/** An account, and what the agent may do in its inbox. */
export interface AgentAccount extends Account {
  readonly capability: Capability;
  /** Of an account that sends texts. */
  readonly numberId?: string;
}

type InboxOfAgent = {
  readonly inboxId: string;
  readonly name: string;
  readonly colour: string;
  readonly capability: Capability;
  readonly shared: number;
};
type OfAgent = { agentId: string };

const isMember = () =>
  and(eq(inboxMembers.agentId, sql.placeholder('agentId')), eq(inboxMembers.inboxId, inboxes.id));

const selectInboxes = prepared<OfAgent, InboxOfAgent[]>('accounts.inboxes', (db) =>
  db
    .select({
      inboxId: inboxes.id,
      name: inboxes.name,
      colour: inboxes.colour,
      capability: inboxMembers.capability,
      // As SQL text: the same table again needs a name that both dialects understand.
      shared:
        sql`EXISTS (SELECT 1 FROM inbox_members AS other WHERE other.inbox_id = ${inboxes.id} AND other.agent_id <> ${sql.placeholder('agentId')})`.mapWith(
          Number,
        ),
    })
    .from(inboxes)
    .innerJoin(inboxMembers, isMember())
    .where(isUsable())
    .orderBy(asc(inboxes.name), asc(inboxes.id)),
);

type Address = {
  readonly inboxId: string;
  readonly address: string;
  readonly name: string;
  /** Of the mailbox that has this address, where it is somebody's own. */
  readonly ownerId: string | null;
};
const selectAddresses = prepared<OfAgent, Address[]>('accounts.addresses', (db) =>
  db
    .select({
      inboxId: inboxAddresses.inboxId,
      address: inboxAddresses.address,
      name: inboxAddresses.name,
      ownerId: mailboxes.ownerId,
    })
    .from(inboxAddresses)
    .leftJoin(mailboxes, eq(mailboxes.id, inboxAddresses.mailboxId))
    .innerJoin(inboxes, eq(inboxes.id, inboxAddresses.inboxId))
    .innerJoin(inboxMembers, isMember())
    // Nobody writes from a colleague's own mailbox.
    .where(or(isNull(mailboxes.ownerId), eq(mailboxes.ownerId, sql.placeholder('agentId'))))
    .orderBy(asc(inboxAddresses.createdAt), asc(inboxAddresses.address)),
);

type OurNumber = { readonly inboxId: string; readonly id: string; readonly e164: string };
const selectNumbers = prepared<OfAgent, OurNumber[]>('accounts.numbers', (db) =>
  db
    .select({ inboxId: numbers.inboxId, id: numbers.id, e164: numbers.e164 })
    .from(numbers)
    .innerJoin(inboxes, eq(inboxes.id, numbers.inboxId))
    .innerJoin(inboxMembers, isMember())
    // Until the carriers let it send, a number is in nobody's choice (M4).
    .where(
      and(
        isNull(numbers.releasedAt),
        eq(numbers.sms, true),
        inArray(numbers.registration, ['not_needed', 'ready']),
      ),
    )
    .orderBy(desc(numbers.isPrimary), asc(numbers.createdAt), asc(numbers.id)),
);

/**
 * Every account of the inboxes that the agent is a member of: by inbox, in it mail addresses first, the oldest first,
 * then numbers, the primary one first.
 */
export async function accountsOf(db: Handle, agentId: string): Promise<AgentAccount[]> {
  const texting = Map.groupBy(await selectNumbers(db, { agentId }), ({ inboxId }) => inboxId);
  const addresses = Map.groupBy(await selectAddresses(db, { agentId }), ({ inboxId }) => inboxId);
  return (await selectInboxes(db, { agentId })).flatMap((inbox) => {
    const account = (
      channel: ChannelName,
      { address, name, ownerId }: Omit<Address, 'inboxId'>,
    ): AgentAccount => ({
      id: `${channel}:${address === '' ? inbox.inboxId : address}`,
      inboxId: inbox.inboxId,
      channel,
      address,
      label: ownerId === null || name === '' ? inbox.name : name,
      colour: inbox.colour,
      shared: ownerId === null && inbox.shared === 1,
      capability: inbox.capability,
    });
    const mails = addresses.get(inbox.inboxId) ?? [];
    return [
      ...mails.map((address) => account('email', address)),
      ...(texting.get(inbox.inboxId) ?? []).map(({ id, e164 }) => ({
        ...account('sms', { address: e164, name: '', ownerId: null }),
        numberId: id,
      })),
      account('simulator', { address: '', name: '', ownerId: null }),
    ];
  });
}

const selectDefault = prepared<OfAgent, { inboxId: string | null }[]>('accounts.default', (db) =>
  db
    .select({ inboxId: agents.defaultInboxId })
    .from(agents)
    .where(eq(agents.id, sql.placeholder('agentId'))),
);

/** As it was set: the agent need not be able to reply there any more. */
export async function defaultInboxOf(db: Handle, agentId: string): Promise<string | null> {
  return (await selectDefault(db, { agentId }))[0]?.inboxId ?? null;
}

/**
 * Sets or clears an agent's default inbox; false when the agent may not reply there. One statement, since who holds the agent's
 * row in share to look first would wait for another who does.
 */
export async function setDefaultInbox(tx: Tx, agentId: string, inboxId: string | null): Promise<boolean> {
  const member = tx.db
    .select({ inboxId: inboxMembers.inboxId })
    .from(inboxMembers)
    .where(
      and(
        eq(inboxMembers.inboxId, inboxId ?? ''),
        eq(inboxMembers.agentId, agentId),
        inArray(inboxMembers.capability, ['reply', 'manage']),
      ),
    );
  const changed = await tx.db
    .update(agents)
    .set({ defaultInboxId: inboxId })
    .where(
      and(
        eq(agents.id, agentId),
        eq(agents.state, 'active'),
        inboxId === null ? undefined : sql`EXISTS ${member}`,
      ),
    )
    .returning({ id: agents.id });
  return changed.length > 0;
}
