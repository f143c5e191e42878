import type { AddressTrouble } from '@latchbox/shared/model/address-trouble';
import type { LockEndReason } from '@latchbox/shared/lock-machine';
import type { SeenRow } from '@latchbox/shared/list-query';
import type { Capability, Me, Person, Team } from '@latchbox/shared/model/agent';
import type { Account } from '@latchbox/shared/model/account';
import type {
  ChannelName,
  Contact,
  ConversationRow,
  ConversationStatus,
  DraftKind,
} from '@latchbox/shared/model/conversation';
import type { Entry } from '@latchbox/shared/model/entry';
import { DEFAULT_TIMES, type InboxSummary } from '@latchbox/shared/model/inbox';
import type { LockPeriod, LockView } from '@latchbox/shared/model/lock';
import type { Cursor } from '@latchbox/shared/realtime/cursor';
import type { EventData, StreamEvent } from '@latchbox/shared/realtime/events/index';
import { type LatchboxError, refuse } from '@latchbox/shared/errors';
import type { VirtualClock } from '../virtual-clock.ts';

/** A session that acts. */
export interface Holder {
  readonly agentId: string;
  readonly sessionId: string;
  readonly device: string;
}

export interface FakeLock {
  readonly fence: number;
  readonly agentId: string;
  readonly sessionId: string;
  readonly device: string;
  readonly requestId: string;
  readonly lockOn: 'open' | 'compose';
  readonly since: number;
  activeAt: number;
  /** Until when "are you still working?" may be answered; null: not asked. */
  deadline: number | null;
  /** Until when the lock is kept for a holder whose connection is gone. */
  goneDeadline: number | null;
  stopTimer: (() => void) | undefined;
  /** Open questions of colleagues, the oldest first. */
  readonly asks: FakeAsk[];
  /** Offered to a colleague who is not there. */
  handOver: {
    readonly to: string;
    readonly note: string;
    readonly until: number;
    readonly stopTimer: () => void;
  } | null;
}

/** A colleague asks for a lock; it would go to the session that asked last. */
export interface FakeAsk {
  readonly id: string;
  from: Holder;
  readonly note: string;
  readonly at: number;
  readonly deadline: number;
  stopTimer: () => void;
}

export interface FakeDraft {
  body: string;
  revision: number;
  savedAt: number;
}

export interface FakeConversation {
  readonly id: string;
  readonly inboxId: string;
  readonly number: number;
  channel: ChannelName;
  readonly contact: Contact;
  readonly subject: string;
  readonly createdAt: number;
  status: ConversationStatus;
  /** Set exactly while it is snoozed; the timer wakes it. */
  snooze: { readonly until: number; readonly stopTimer: () => void } | null;
  assignee: Person | null;
  team?: Team | undefined;
  /** Of its contact. */
  owner?: Person | undefined;
  lastAt: number;
  entries: Entry[];
  fence: number;
  lock: FakeLock | null;
  reserved: { for: Person; until: number; stopTimer?: () => void } | null;
  /** Ids of the agents in line, first come first. */
  readonly waiting: string[];
  periods: LockPeriod[];
  ended: { fence: number; reason: LockEndReason; agentId: string; sessionId: string } | null;
  readonly drafts: Map<string, FakeDraft>;
}

export interface FakeAgent extends Me {
  /** What this agent may do, by inbox. */
  readonly inboxes: Map<string, Capability>;
  readonly reads: Map<string, number>;
  defaultInboxId: string | null;
}

export type FakeInbox = Omit<InboxSummary, 'capability'>;

/** Everything the fake server has stored, and its event log. Knows no connection. */
export class World {
  readonly clock: VirtualClock;
  readonly agents = new Map<string, FakeAgent>();
  readonly inboxes = new Map<string, FakeInbox>();
  /** Names of teams by their ids, and who is in them. */
  readonly teams = new Map<string, { readonly name: string; readonly agentIds: readonly string[] }>();
  readonly conversations = new Map<string, FakeConversation>();
  /** What is known against writing to an address (lower case). */
  readonly troubles = new Map<string, readonly AddressTrouble[]>();
  /** What may be sent from, in the order of their making. */
  readonly accounts: Account[] = [];
  logEpoch = 'log_1';
  readonly #log = new Map<string, StreamEvent[]>();
  readonly #wake: (stream: string) => void;
  #ids = 0;

  constructor(clock: VirtualClock, wake: (stream: string) => void) {
    this.clock = clock;
    this.#wake = wake;
  }

  newId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}_${this.#ids}`;
  }

  addAgent(id: string, name: string, role: Me['role'] = 'agent'): FakeAgent {
    const email = `${id}@example.test`;
    const agent: FakeAgent = {
      id,
      name,
      email,
      role,
      kind: 'person',
      inboxes: new Map(),
      reads: new Map(),
      defaultInboxId: null,
    };
    this.agents.set(id, agent);
    return agent;
  }

  addInbox(id: string, name: string, lockOn: 'open' | 'compose'): FakeInbox {
    const inbox: FakeInbox = {
      id,
      name,
      apiCode: id,
      colour: '#336699',
      teamId: 'team',
      lockOn,
      times: DEFAULT_TIMES,
      kind: 'shared',
      takeOverBy: 'admins',
    };
    this.inboxes.set(id, inbox);
    this.addAccount(id, { channel: 'simulator', address: '', label: name });
    return inbox;
  }

  /** An address or number of an inbox; one of its channel's first ones comes before those that need nothing. */
  addAccount(inboxId: string, account: Pick<Account, 'channel' | 'address' | 'label'>): void {
    const { channel, address } = account;
    const id = `${channel}:${address === '' ? inboxId : address}`;
    const first = this.accounts.findIndex((one) => one.inboxId === inboxId && one.channel === 'simulator');
    const made = { id, inboxId, ...account, colour: '', shared: true };
    this.accounts.splice(first < 0 ? this.accounts.length : first, 0, made);
  }

  addConversation(
    id: string,
    inboxId: string,
    contactName: string,
    subject: string,
    { contact, channel = 'simulator' }: { contact?: Contact; channel?: ChannelName } = {},
  ): FakeConversation {
    const now = this.clock.now();
    const conversation: FakeConversation = {
      id,
      inboxId,
      number: 10_001 + this.conversations.size,
      channel,
      contact: contact ?? { id: `contact_${id}`, name: contactName, address: `${id}@customer.test` },
      subject,
      createdAt: now,
      status: 'open',
      snooze: null,
      assignee: null,
      lastAt: now,
      entries: [],
      fence: 0,
      lock: null,
      reserved: null,
      waiting: [],
      periods: [],
      ended: null,
      drafts: new Map(),
    };
    this.conversations.set(id, conversation);
    return conversation;
  }

  person(agentId: string): Person {
    const agent = this.agents.get(agentId);
    return { id: agentId, name: agent?.name ?? agentId };
  }

  /** The inbox as this agent sees it; undefined: not a member. */
  summary(agentId: string, inboxId: string): InboxSummary | undefined {
    const capability = this.agents.get(agentId)?.inboxes.get(inboxId);
    const inbox = this.inboxes.get(inboxId);
    return capability === undefined || inbox === undefined ? undefined : { ...inbox, capability };
  }

  /** The conversation, for an agent who may do this in it. "Not yours" and "not there" answer alike. */
  find(agentId: string, id: string, needs: Capability = 'read'): FakeConversation {
    const conversation = this.conversations.get(id);
    const has = conversation && this.agents.get(agentId)?.inboxes.get(conversation.inboxId);
    if (conversation === undefined || has === undefined) throw refuse('not_found');
    if (has === 'read' && needs !== 'read') throw refuse('forbidden');
    return conversation;
  }

  inboxOf(conversation: FakeConversation): FakeInbox {
    const inbox = this.inboxes.get(conversation.inboxId);
    if (inbox === undefined) throw refuse('not_found') satisfies LatchboxError;
    return inbox;
  }

  lockView(conversation: FakeConversation): LockView {
    const { lock, reserved, fence } = conversation;
    if (reserved !== null) return { status: 'reserved', fence, for: reserved.for, until: reserved.until };
    if (lock === null) return { status: 'free', fence };
    return {
      status: 'held',
      fence: lock.fence,
      holder: this.person(lock.agentId),
      sessionId: lock.sessionId,
      device: lock.device,
      since: lock.since,
      lockOn: lock.lockOn,
      idle: lock.deadline === null ? { phase: 'active' } : { phase: 'asked', deadline: lock.deadline },
      goneDeadline: lock.goneDeadline,
    };
  }

  row(conversation: FakeConversation): ConversationRow {
    const texts = conversation.entries.filter((entry) => entry.kind !== 'activity' && entry.kind !== 'call');
    const newest = texts.at(-1);
    const incoming = conversation.entries.findLast((entry) => entry.kind === 'message');
    return {
      id: conversation.id,
      inboxId: conversation.inboxId,
      number: conversation.number,
      channel: conversation.channel,
      contact: conversation.contact,
      subject: conversation.subject,
      preview: {
        kind: newest?.kind ?? 'message',
        author: newest?.author.name ?? conversation.contact.name,
        text: newest?.body.slice(0, 160) ?? '',
      },
      status: conversation.status,
      ...(conversation.snooze === null ? {} : { snoozedUntil: conversation.snooze.until }),
      assignee: conversation.assignee ?? conversation.owner ?? null,
      ...(conversation.assignee === null && conversation.owner && { byOwner: true }),
      ...(conversation.team && { team: conversation.team }),
      createdAt: conversation.createdAt,
      lastAt: conversation.lastAt,
      newestPosition: conversation.entries.length,
      newestIncoming: incoming?.position ?? 0,
      lock: this.lockView(conversation),
      ...this.#line(conversation),
      drafts: [...conversation.drafts]
        .filter(([, draft]) => draft.body !== '')
        .map(([key]) => {
          const [agentId = '', kind] = key.split(' ');
          return { person: this.person(agentId), kind: kind as DraftKind };
        }),
    };
  }

  /** As one agent sees it. */
  seen(row: ConversationRow, agentId: string): SeenRow {
    const read = this.agents.get(agentId)?.reads.get(row.id) ?? 0;
    return { ...row, unread: row.newestIncoming > read };
  }

  /** A team of which somebody may do this. */
  team(id: string, mayReply: (agentId: string) => boolean): Team {
    const team = this.teams.get(id);
    if (!team?.agentIds.some(mayReply)) throw refuse('not_found');
    return { id, name: team.name };
  }

  /** Left out while it is nobody. */
  #line({ lock, waiting }: FakeConversation): Pick<ConversationRow, 'line'> {
    const { asks = [], handOver = null } = lock ?? {};
    if (waiting.length + asks.length === 0 && handOver === null) return {};
    return {
      line: {
        waiting: waiting.map((id) => this.person(id)),
        asks: asks.map(({ id, from, note, at, deadline }) => ({
          id,
          from: this.person(from.agentId),
          note,
          at,
          deadline,
        })),
        handOver: handOver && { to: this.person(handOver.to), note: handOver.note, until: handOver.until },
      },
    };
  }

  append(stream: string, data: EventData): void {
    const log = this.log(stream);
    log.push({ stream, seq: log.length + 1, at: this.clock.now(), data });
    this.#wake(stream);
  }

  /** Appends an event that carries the row as it is now. */
  tell(conversation: FakeConversation, data: (row: ConversationRow) => EventData): void {
    this.append(`inbox:${conversation.inboxId}`, data(this.row(conversation)));
  }

  log(stream: string): StreamEvent[] {
    let log = this.#log.get(stream);
    if (log === undefined) {
      log = [];
      this.#log.set(stream, log);
    }
    return log;
  }

  /** As after a restore from a backup. */
  restore(): void {
    this.logEpoch = this.newId('log');
    for (const conversation of this.conversations.values()) conversation.fence += 1_000_000;
  }

  /** How new what is read now is. */
  cursor(stream: string): Cursor {
    return { stream, logEpoch: this.logEpoch, seq: this.head(stream) };
  }

  head(stream: string): number {
    return this.#log.get(stream)?.length ?? 0;
  }
}
