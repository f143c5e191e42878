/** What the heart offers to sockets and REST. The services behind it know neither. */
import type { LockEnd, LockPeriod, LockView, UpResult } from '@latchbox/shared';
import type { Tx } from '../database/database.ts';
import type { Holder } from './holder.ts';

export interface Granted {
  readonly fence: number;
  readonly lock: LockView;
}

/** Whose locks end: an agent's in one inbox or everywhere, or those of one sign-in's or one session's sessions. */
export type LockScope =
  | { readonly agentId: string; readonly inboxId?: string; readonly conversationId?: string }
  | { readonly signInId: string }
  | { readonly sessionId: string };

export interface Locks {
  /**
   * Throws `lock_held`, `lock_elsewhere`, `not_found`, `forbidden`, `limit`, `coordination_unavailable`; `lock_lost` when this
   * request's grant is over, also right after it (`switched`), `conflict` when the request id is another session's; `offline`
   * when the session goes on over another connection, `closed` when it is over.
   */
  acquire(holder: Holder, input: { conversationId: string; requestId: string }): Promise<Granted>;
  /**
   * Passes the agent's own lock on from another of its sessions to this one, under the next fence and the same lease (L14).
   * Throws `lock_required` when nobody holds it, and as `acquire` does, but for `limit` and `lock_elsewhere`.
   */
  move(holder: Holder, input: { conversationId: string; requestId: string }): Promise<Granted>;
  /** "Tell me when it is free" (L11). Throws `not_found`, `forbidden`, `limit`, `offline`, `closed`. */
  join(holder: Holder, input: { conversationId: string }): Promise<UpResult<'lock.join'>>;
  /** Gives up a place in line, declines an offer, takes back a question. */
  leaveLine(holder: Holder, input: { conversationId: string }): Promise<UpResult<'lock.leaveLine'>>;
  /** Takes what is offered to the agent. Throws as `acquire` does, and `lock_required` when there is no offer and nobody holds it. */
  acceptOffer(holder: Holder, input: { conversationId: string; requestId: string }): Promise<Granted>;
  /** Asks the holder for it (L12). Throws `lock_required`, `lock_elsewhere`, `conflict` for one's own, `lock_held` when it is offered. */
  ask(holder: Holder, input: { conversationId: string; note: string }): Promise<UpResult<'lock.ask'>>;
  /** The holder answers a question. Throws `conflict` when it is over or its session gone, `lock_lost`, `lock_required`. */
  answer(
    holder: Holder,
    input: { conversationId: string; askId: string; decision: 'pass' | 'keep' },
  ): Promise<void>;
  /** Passes lock and draft to a colleague (L12). Throws `not_found`, `conflict`, `lock_lost`, `lock_required`. */
  handOver(
    holder: Holder,
    input: { conversationId: string; fence: number; to: string | null; note: string },
  ): Promise<UpResult<'lock.handOver'>>;
  /** Takes the lock away from its holder (L13). Throws `forbidden` (and audits it), `lock_required`, and as `acquire` does. */
  takeOver(
    holder: Holder,
    input: { conversationId: string; requestId: string; note: string },
  ): Promise<Granted>;
  release(
    holder: Holder,
    input: { conversationId: string; fence: number; reason: 'released' | 'declined' | 'left' },
  ): Promise<{ held: boolean }>;
  /** "Yes, still working." Throws `lock_lost` or `lock_required`. */
  stay(holder: Holder, input: { conversationId: string; fence: number }): Promise<void>;
  /**
   * Something was done there: puts off the idle ping, or answers it, when this session holds the lock. `reading` counts only
   * in an inbox with `lockOn: open`. Never throws, writes rarely.
   */
  activity(holder: Holder, conversationId: string, kind: 'reply' | 'note' | 'reading'): void;
  /** The session leaves the conversation: an open lock of it ends with `left`. */
  leave(holder: Holder, conversationId: string): Promise<void>;
  /** Ends every open lock in scope, and what the agent waits for, inside a running transaction; leases go after its commit. */
  endInScope(tx: Tx, scope: LockScope, reason: LockEnd, by: string | null): Promise<void>;
  /**
   * Passes the locks of an agent on to a colleague, drafts included, inside a running transaction: those that the colleague can hold at this
   * moment. Answers how many.
   */
  handInScope(tx: Tx, hand: { readonly from: string; readonly to: string }, by: string): Promise<number>;
  /** REST's live connection: renews the lease of a lock held by a `rest` session. Throws `lock_lost`, `lock_required`. */
  renew(holder: Holder, input: { conversationId: string; fence: number }): Promise<{ renewBefore: number }>;
  history(
    conversationId: string,
    page: { before: number | null; limit: number },
  ): Promise<{ periods: LockPeriod[]; hasMore: boolean }>;
}

export interface SessionStart {
  readonly agentId: string;
  readonly agentName: string;
  readonly signInId: string | null;
  readonly device: string;
  readonly kind: 'socket' | 'rest';
  /**
   * Id and key instead of random ones: the same ones again give the session that has them. It must not be guessable by anybody
   * else, and one that is over gives `conflict`.
   */
  readonly given?: { readonly id: string; readonly key: string };
}

export interface StartedSession {
  readonly holder: Holder;
  readonly key: string;
  readonly resumed: boolean;
  readonly locks: readonly { readonly conversationId: string; readonly lock: LockView }[];
}

export interface Sessions {
  start(input: SessionStart): Promise<StartedSession>;
  /**
   * Carries a session on: `connection_no` + 1, its open locks are owned by this server, their idle countdown goes on. An unknown
   * session, a wrong key, another agent's or an ended one: undefined. `isThere`: whether whoever asked still is. Asked once no other
   * connection can come in between: one that left has perhaps gone on elsewhere, and must not be overtaken. Then it throws `offline`.
   */
  resume(
    input: SessionStart & { id: string; key: string; isThere?: () => boolean },
  ): Promise<StartedSession | undefined>;
  /** The session with this id and key, without resuming it: for the calls of a REST lock holder. */
  find(id: string, key: string, agentId: string): Promise<Holder | undefined>;
  /**
   * The session goes on under another sign-in of its agent (null: under none), whose end ends it from now on. Throws
   * `unauthenticated` when that sign-in is over, `closed` when the session is, `offline` when it goes on over another connection.
   */
  signAgain(holder: Holder, signInId: string | null): Promise<void>;
  /** The connection of this holder closed: its locks get their reconnect grace, unless a newer connection is there. */
  connectionLost(holder: Holder): Promise<void>;
  /** The session is over: its locks end, its key is void. */
  close(holder: Holder, reason: 'left' | 'signed_out'): Promise<void>;
}

/** Told to the sockets of this server by the heart. */
export interface HeartSignals {
  /** The lease of this holder's lock can (not) be renewed right now. */
  uncertain(sessionId: string, conversationId: string, fence: number, uncertain: boolean): void;
  /** A newer connection of this session is somewhere: drop an older one. */
  dropOlder(sessionId: string, connectionNo: number): void;
}
