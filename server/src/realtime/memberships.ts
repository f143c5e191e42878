import type { Capability } from '@latchbox/shared';
import type { Database } from '../database/database.ts';
import { MOST_READS } from '../database/read-each.ts';
import { createTogether } from '../lib/together.ts';
import { activeMembers, inboxOfConversation, memberVersion, memberVersions } from '../database/deliveries.ts';

export type Members = ReadonlyMap<string, Capability>;

/** Conversations whose inbox is remembered; the oldest is forgotten first. */
const KNOWN_CONVERSATIONS = 20_000;
const NOBODY: Members = new Map();

interface Known {
  readonly version: number;
  readonly members: Members;
}

export interface MembershipDeps {
  readonly db: Pick<Database, 'read'>;
  /** Called as soon as a change is known, before anything that was read after it is told. */
  readonly onChange: (inboxId: string, members: Members) => void;
}

export interface Memberships {
  /**
   * Makes sure that what is known is not older than this call, and tells `onChange` of what changed. Whoever reads events
   * first and then confirms gives nothing to somebody who was no member any more when an event was written.
   */
  confirm(inboxId: string): Promise<Members>;
  /** The same a moment later, together with whoever else asks in this turn: when a server comes back, everybody does. */
  confirmSoon(inboxId: string): Promise<Members>;
  /** The same for every inbox that is known, with one look at the database. */
  confirmAll(): Promise<void>;
  /** Forgets the inboxes for which `wanted` is false. */
  keepOnly(wanted: (inboxId: string) => boolean): void;
  /** What the agent may do where the conversation is, by what is known; a promise when that must be read first. */
  access(agentId: string, conversationId: string): Access | undefined | Promise<Access | undefined>;
}

export interface Access {
  readonly inboxId: string;
  readonly capability: Capability;
}

/** Who is a member of the inboxes that this server delivers, kept in memory and held to `inboxes.member_version`. */
export function createMemberships({ db, onChange }: MembershipDeps): Memberships {
  const known = new Map<string, Known>();
  const inboxOf = new Map<string, string>();

  const learn = createLearning({ db, onChange }, known);

  const accessIn = (agentId: string, inboxId: string): Access | undefined | Promise<Access | undefined> => {
    const members = known.get(inboxId)?.members;
    if (members === undefined) return confirm(inboxId).then((read) => accessOf(read, agentId, inboxId));
    return accessOf(members, agentId, inboxId);
  };

  const confirm = async (inboxId: string): Promise<Members> =>
    learn(inboxId, await memberVersion(db.read, inboxId));

  const versionNow = createTogether(MOST_READS, async (inboxIds: readonly string[]) => {
    const versions = await memberVersions(db.read, [...new Set(inboxIds)]);
    return inboxIds.map((inboxId) => versions.get(inboxId));
  });

  return {
    confirm,
    confirmSoon: async (inboxId) => learn(inboxId, await versionNow(inboxId)),

    async confirmAll() {
      const versions = await memberVersions(db.read, [...known.keys()]);
      for (const inboxId of known.keys()) await learn(inboxId, versions.get(inboxId));
    },

    keepOnly(wanted) {
      for (const inboxId of known.keys()) if (!wanted(inboxId)) known.delete(inboxId);
    },

    access(agentId, conversationId) {
      const inboxId = inboxOf.get(conversationId);
      if (inboxId !== undefined) return accessIn(agentId, inboxId);
      return inboxOfConversation(db.read, conversationId).then((found) => {
        if (found === undefined) return undefined;
        remember(inboxOf, conversationId, found);
        return accessIn(agentId, found);
      });
    },
  };
}

/** Brings what is known of an inbox up to a version that was read just now; undefined: there is no such inbox. */
function createLearning(
  { db, onChange }: MembershipDeps,
  known: Map<string, Known>,
): (inboxId: string, version: number | undefined) => Promise<Members> {
  /** Members that are being read, after this version was. */
  const reading = new Map<string, { readonly version: number; readonly members: Promise<Members> }>();

  const readMembers = async (inboxId: string, version: number): Promise<Members> => {
    try {
      // Read after the version: they may be newer than it, which only means that they are read once more.
      const members = await activeMembers(db.read, inboxId);
      const meanwhile = known.get(inboxId);
      if (meanwhile !== undefined && meanwhile.version > version) return meanwhile.members;
      known.set(inboxId, { version, members });
      onChange(inboxId, members);
      return members;
    } finally {
      if (reading.get(inboxId)?.version === version) reading.delete(inboxId);
    }
  };

  return async (inboxId, version) => {
    const before = known.get(inboxId);
    if (version === undefined) {
      known.delete(inboxId);
      if (before !== undefined) onChange(inboxId, NOBODY);
      return NOBODY;
    }
    if (before !== undefined && before.version >= version) return before.members;
    // When a server comes back everybody comes at once, and nobody is known yet: one reading for all of them.
    const under = reading.get(inboxId);
    if (under !== undefined && under.version >= version) return await under.members;
    const members = readMembers(inboxId, version);
    reading.set(inboxId, { version, members });
    return await members;
  };
}

function accessOf(members: Members, agentId: string, inboxId: string): Access | undefined {
  const capability = members.get(agentId);
  return capability && { inboxId, capability };
}

function remember(inboxOf: Map<string, string>, conversationId: string, inboxId: string): void {
  inboxOf.set(conversationId, inboxId);
  if (inboxOf.size <= KNOWN_CONVERSATIONS) return;
  for (const oldest of inboxOf.keys()) {
    inboxOf.delete(oldest);
    return;
  }
}
