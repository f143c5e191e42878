/** Small builders that put rows into a test's database. Each answers the ids of what it made. */
import { DEFAULT_TIMES, type Capability, type InboxTimes, type LockOn } from '@latchbox/shared';
import type { AgentState } from '@latchbox/shared/model/agent';
import { newId } from '../../lib/ids.ts';
import { searchKey } from '../../lib/search-key.ts';
import type { Database } from '../database.ts';
import {
  agents,
  contactAddresses,
  contacts,
  conversations,
  entries,
  inboxes,
  inboxMembers,
  sessions,
  teamMembers,
  teams,
} from '../schema/sqlite.ts';

export interface GivenInbox {
  readonly teamId: string;
  readonly inboxId: string;
}

/** A team with one inbox that nobody is a member of yet. */
export async function givenInbox(
  db: Database,
  options: { name?: string; lockOn?: LockOn; times?: Partial<InboxTimes>; teamId?: string } = {},
): Promise<GivenInbox> {
  const teamId = options.teamId ?? newId('tea');
  const inboxId = newId('ibx');
  await db.inTransaction(async (tx) => {
    if (options.teamId === undefined) {
      await tx.db.insert(teams).values({ id: teamId, name: 'Shop', createdAt: tx.now });
    }
    await tx.db.insert(inboxes).values({
      id: inboxId,
      teamId,
      name: options.name ?? 'Orders',
      apiCode: inboxId
        .slice(4, 16)
        .toLowerCase()
        .replaceAll(/[^a-z0-9]/g, '0'),
      colour: '#3b6ea5',
      lockOn: options.lockOn ?? 'open',
      ...DEFAULT_TIMES,
      ...options.times,
      memberVersion: 1,
      createdAt: tx.now,
    });
  });
  return { teamId, inboxId };
}

export interface GivenAgent {
  readonly id: string;
  readonly name: string;
}

/** An agent, a member of `inboxes` with `capability` (default `reply`) and of their team. */
export async function givenAgent(
  db: Database,
  name: string,
  at: readonly GivenInbox[] = [],
  options: {
    capability?: Capability;
    role?: 'agent' | 'admin';
    kind?: 'person' | 'system';
    state?: AgentState;
  } = {},
): Promise<GivenAgent> {
  const id = newId('agt');
  const kind = options.kind ?? 'person';
  await db.inTransaction(async (tx) => {
    await tx.db.insert(agents).values({
      id,
      kind,
      name,
      email: kind === 'person' ? `${id.toLowerCase()}@shop.example` : null,
      role: options.role ?? 'agent',
      state: options.state ?? 'active',
      createdAt: tx.now,
    });
    for (const { teamId, inboxId } of at) {
      await tx.db.insert(teamMembers).values({ teamId, agentId: id }).onConflictDoNothing();
      await tx.db
        .insert(inboxMembers)
        .values({ inboxId, agentId: id, capability: options.capability ?? 'reply', since: tx.now });
    }
  });
  return { id, name };
}

/** A session row, so that an open lock has a device to show. */
export async function givenSession(
  db: Database,
  agentId: string,
  device = 'Chrome on Linux',
): Promise<string> {
  const id = newId('ses');
  await db.inTransaction((tx) =>
    tx.db.insert(sessions).values({
      id,
      agentId,
      kind: 'socket',
      keyHash: 'none',
      device,
      connectionNo: 1,
      createdAt: tx.now,
      seenAt: tx.now,
    }),
  );
  return id;
}

export interface GivenConversation {
  readonly conversationId: string;
  readonly contactId: string;
}

interface ConversationOptions {
  readonly lastAt?: number;
  readonly status?: 'open' | 'archived';
  /** Snoozed until then (epoch ms). */
  readonly snoozedUntil?: number;
  readonly assigneeId?: string | null;
  readonly teamId?: string | null;
  readonly contact?: string;
}

let conversationNumber = 10_000;

/** A conversation with one customer message at position 1. */
export async function givenConversation(
  db: Database,
  inboxId: string,
  options: ConversationOptions = {},
): Promise<GivenConversation> {
  const conversationId = newId('cnv');
  const contactId = newId('ctc');
  const name = options.contact ?? 'Mara Lind';
  await db.inTransaction(async (tx) => {
    const at = options.lastAt ?? tx.now;
    await tx.db
      .insert(contacts)
      .values({ id: contactId, name, nameKey: searchKey(name), version: 1, createdAt: at });
    await tx.db.insert(contactAddresses).values({
      id: contactId,
      contactId,
      channel: 'simulator',
      address: contactId,
      name,
      createdAt: at,
      usedAt: at,
    });
    await tx.db.insert(conversations).values({
      id: conversationId,
      inboxId,
      number: ++conversationNumber,
      channel: 'simulator',
      contactId,
      addressId: contactId,
      subject: 'Where is my order?',
      status: options.snoozedUntil === undefined ? (options.status ?? 'open') : 'snoozed',
      snoozedUntil: options.snoozedUntil ?? null,
      assigneeId: options.assigneeId ?? null,
      responsibleId: options.assigneeId ?? null,
      teamId: options.teamId ?? null,
      previewKind: 'message',
      previewAuthor: name,
      previewText: 'Where is my order?',
      createdAt: at,
      lastAt: at,
      newestPosition: 1,
      newestIncoming: 1,
      lockEpoch: 0,
    });
    await tx.db.insert(entries).values({
      conversationId,
      position: 1,
      id: newId('ent'),
      at,
      kind: 'message',
      addressId: contactId,
      body: 'Where is my order?',
    });
  });
  return { conversationId, contactId };
}

export interface GivenOrganisation extends GivenInbox, GivenConversation {
  /** Members with `reply`. */
  readonly anna: GivenAgent;
  readonly ben: GivenAgent;
  /** Member with `read` only. */
  readonly rita: GivenAgent;
  /** An admin, and no member. */
  readonly admin: GivenAgent;
  readonly sessions: { readonly anna: string; readonly ben: string };
}

/** A team, an inbox, four agents, a contact and a conversation: enough for most tests. */
export async function givenOrganisation(
  db: Database,
  options: { lockOn?: LockOn; times?: Partial<InboxTimes> } = {},
): Promise<GivenOrganisation> {
  const inbox = await givenInbox(db, options);
  const anna = await givenAgent(db, 'Anna Berg', [inbox]);
  const ben = await givenAgent(db, 'Ben Okafor', [inbox]);
  const rita = await givenAgent(db, 'Rita Sole', [inbox], { capability: 'read' });
  const admin = await givenAgent(db, 'Ada Min', [], { role: 'admin' });
  const conversation = await givenConversation(db, inbox.inboxId);
  const sessions = {
    anna: await givenSession(db, anna.id),
    ben: await givenSession(db, ben.id, 'Firefox on macOS'),
  };
  return { ...inbox, ...conversation, anna, ben, rita, admin, sessions };
}
