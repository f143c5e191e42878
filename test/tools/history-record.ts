/**
 * What a fault rig writes down besides operations, deliveries and dumps. Every part is optional: an invariant whose part is missing
 * counts as "no data in this run", never as held. Times are ms of the machine's monotonic clock (`monotonic()`), unless a field
 * says epoch ms; 0 stands for "since before the run". All of it survives JSON.
 */

/** A holder that died (its server killed, its connection gone for good), and what was promised for it. I5. */
export interface Orphan {
  readonly conversationId: string;
  readonly stream: string;
  readonly fence: number;
  readonly agentId: string;
  /** No renewal after this. */
  readonly at: number;
  /** Ms from `at` to the end of the lock: life of the lease, or the reconnect grace where only the connection is gone. */
  readonly ttl: number;
}

/** The leases that stand in Redis at one moment. I6. */
export interface LeaseReading {
  readonly at: number;
  /** Since when no holder lives any more (all released, or dead); null while some do. */
  readonly nobodySince: number | null;
  /** The longest life that a lease can have, ms. */
  readonly ttl: number;
  /** Names of the keys that stand, of one master. */
  readonly keys: readonly string[];
}

/** The leases that stand in Redis at one moment, and what the database said right after it. I5. */
export interface LeaseHolding {
  readonly at: number;
  readonly leases: readonly { readonly key: string; readonly token: string }[];
  /** Tokens of open epochs and of offers: a lease with none of them is nobody's, and ends with its life. */
  readonly rows: readonly string[];
}

/** One renewal or release straight at the leases, with what stood before and after it. I6, I7. */
export interface LeaseTry {
  readonly act: 'extend' | 'release';
  readonly key: string;
  /** The token that was shown. */
  readonly token: string;
  readonly answer: 'done' | 'refused' | 'unknown';
  /** Null: no lease. `left`: ms it still has to live. */
  readonly before: { readonly token: string; readonly left: number } | null;
  readonly after: { readonly token: string; readonly left: number } | null;
}

/** Somebody was a member of an inbox from `from` (the change was asked for) to `to` (its end was acknowledged); null: to the end. I24, I27. */
export interface Membership {
  readonly inboxId: string;
  readonly agentId: string;
  readonly from: number;
  readonly to: number | null;
}

/** Something about an inbox that an agent was given. I24. Deliveries and answers of operations need not be repeated here. */
export interface Disclosure {
  readonly inboxId: string;
  readonly agentId: string;
  /** When it arrived. */
  readonly at: number;
  /** When it was asked for; null: it came by itself. */
  readonly asked: number | null;
  /** `snapshot`, `replay`, `presence`, `typing`, `counts`, `search`, `attachment`, `error text` … */
  readonly what: string;
}

/** The same question about something that is hidden from the agent, and about something that does not exist. I25. */
export interface Probe {
  /** Which question it is, such as `socket conversation.open`: probes with the same one are compared. */
  readonly question: string;
  readonly about: 'hidden' | 'missing';
  readonly code: string;
  /** Of REST; 0 over a socket. */
  readonly status: number;
  /** The answer as text, with the id that was asked for, request ids and times taken out. */
  readonly body: string;
  /** From question to answer, ms. */
  readonly took: number;
}

/** Sessions that were ended: by expiry, logout, revocation, a disabled agent. I26. */
export interface SessionEnd {
  readonly sessionIds: readonly string[];
  /** Agents who may have no session at all any more, also no later one. */
  readonly agentIds?: readonly string[];
  readonly why: string;
  /** When the end was acknowledged. */
  readonly at: number;
}

/** A change that an administrator made, which the audit must tell of. I28. */
export interface AdminAct {
  readonly actorId: string;
  /** As the audit names it: `inbox.member_removed`. */
  readonly action: string;
  readonly objectId: string;
  readonly outcome: 'ok' | 'fail' | 'info';
}

/** A row of the audit, as a dump has it. */
export interface AuditRow {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly actorId: string | null;
  readonly action: string;
  readonly objectType: string;
  readonly objectId: string;
  /** JSON. */
  readonly details: string;
}

/** What a provider got: one line for each attempt that reached the end of its data. I16–I18. */
export interface ProviderCopy {
  /** Of the outbox row; for mail the Message-ID without its brackets, which the dump translates. */
  readonly messageKey: string;
  readonly at: number;
  /** Recipients that it took, and those that it refused for good. */
  readonly accepted: readonly string[];
  readonly refused: readonly string[];
  /** Hash of the bytes as they came. */
  readonly hash: string;
  /** `silent`: taken, and the answer withheld or lost. */
  readonly answer: 'accepted' | 'later' | 'refused' | 'silent';
}

/** What one server uses. I29. */
export interface ResourceSample {
  readonly node: string;
  readonly at: number;
  /** `before` any client, `during`, `after` all clients left and a garbage collection. */
  readonly phase: 'before' | 'during' | 'after';
  readonly sockets?: number;
  readonly rooms?: number;
  readonly timers?: number;
  /** Locks whose owner it is, and sessions that are connected to it. */
  readonly locks?: number;
  readonly sessions?: number;
  readonly listeners?: number;
  /** Bytes. */
  readonly heapUsed?: number;
  /** The fullest outbound queue of one socket: bytes and packets that wait. */
  readonly queueBytes?: number;
  readonly queuePackets?: number;
}

/** A time in which a part did not answer some of the servers. I24 (wider bound), I30. */
export interface Outage {
  readonly of: 'redis' | 'database';
  /** The servers that could not reach it, as operations name them. */
  readonly nodes: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** A time in which the wall clock of one server was off by `ms`: what it wrote then says a time that never was. I9. */
export interface ClockJump {
  readonly ms: number;
  readonly from: number;
  readonly to: number;
}

/** What came after the faults ended. I31. */
export interface Recovery {
  readonly healedAt: number;
  /** When each server was ready again; null: never. */
  readonly ready: readonly { readonly node: string; readonly at: number | null }[];
  /** When each client had everything; null: never. */
  readonly current: readonly { readonly client: string; readonly at: number | null }[];
}

/** A process that ended. I31. */
export interface ProcessExit {
  readonly node: string;
  readonly at: number;
  /** The rig did it: by a signal, or through a failpoint. */
  readonly injected: boolean;
  readonly how: string;
}

/** A line of a server's log. I31 looks for unhandled errors. */
export interface LogLine {
  readonly node: string;
  readonly at: number;
  readonly text: string;
}

/** Whom a client showed as looking at something. I32. */
export interface PresenceSample {
  readonly client: string;
  readonly at: number;
  readonly conversationId: string;
  readonly shown: readonly string[];
}

/** An agent had an open connection; null: to the end. I32. */
export interface SocketLife {
  readonly agentId: string;
  readonly from: number;
  readonly to: number | null;
}

/** What was promised in this run, ms. Defaults: `BOUNDS`. */
export interface Bounds {
  /** What a busy machine may add to every promised time. */
  readonly slack: number;
  /** Life of a lease. */
  readonly ttl: number;
  /** From the end of a lock in the store to its holder's knowing. */
  readonly holderKnows: number;
  /** R of I24 and I26, and R while Redis is away. */
  readonly revoke: number;
  readonly revokeWithoutRedis: number;
  /** Heartbeat of presence; a ghost may stay for two. */
  readonly heartbeat: number;
  /** For how long a connection may be taken for alive that is not: the ping's interval and its timeout, at each end that is cut off. */
  readonly unnoticed: number;
  /** Answers while Redis, or the database, is away. */
  readonly failFast: number;
  readonly failFastDatabase: number;
  /** From healing to all servers ready, and to all clients current. */
  readonly serving: number;
  readonly current: number;
  /** Outbound queue of one socket: bytes, packets. */
  readonly queueBytes: number;
  readonly queuePackets: number;
  /** Heap after churn, as a multiple of the heap before it. */
  readonly heap: number;
  /** Difference of the median times of two answers that must look alike. */
  readonly alike: number;
}

export const BOUNDS: Bounds = {
  slack: 500,
  ttl: 30_000,
  holderKnows: 10_000,
  revoke: 1_000,
  revokeWithoutRedis: 5_000,
  heartbeat: 10_000,
  unnoticed: 0,
  failFast: 2_000,
  failFastDatabase: 5_000,
  serving: 10_000,
  current: 30_000,
  queueBytes: 2 ** 20,
  queuePackets: 1_000,
  heap: 1.1,
  alike: 5,
};

/** Everything of a run that only some rigs write down. */
export interface Observations {
  readonly bounds?: Partial<Bounds>;
  readonly orphans?: readonly Orphan[];
  /** No fault of this run took a lease away before its time: no loss of what Redis had, no moved clock. I5, and passing on. */
  readonly leasesKept?: boolean;
  readonly leases?: readonly LeaseReading[];
  readonly holdings?: readonly LeaseHolding[];
  readonly leaseTries?: readonly LeaseTry[];
  readonly memberships?: readonly Membership[];
  readonly disclosures?: readonly Disclosure[];
  readonly probes?: readonly Probe[];
  readonly sessionEnds?: readonly SessionEnd[];
  readonly adminActs?: readonly AdminAct[];
  /** What a fake provider got, in the order in which it got it; without it the simulator's own table counts. */
  readonly provider?: readonly ProviderCopy[];
  /** The provider does not know a message again (SMTP): what is repeated after an unknown outcome may arrive twice. */
  readonly providerForgets?: boolean;
  readonly resources?: readonly ResourceSample[];
  readonly outages?: readonly Outage[];
  readonly clockJumps?: readonly ClockJump[];
  readonly recovery?: Recovery;
  readonly exits?: readonly ProcessExit[];
  readonly log?: readonly LogLine[];
  readonly presence?: readonly PresenceSample[];
  readonly socketLives?: readonly SocketLife[];
  /** Epoch ms at which everything was quiet and the last dump was made. I15. */
  readonly quietAt?: number;
}
