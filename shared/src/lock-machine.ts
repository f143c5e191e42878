/**
 * The life of a lock: its states, what moves it from one to the next, and why it ends. The server acts by this table,
 * the SDK shows by it, and `docs/protocol.md` prints it.
 */

export const LOCK_STATES = ['free', 'active', 'asked', 'gone', 'gone_asked', 'reserved'] as const;
/**
 * `active`: held by a connected agent. `asked`: held, and the holder was asked "are you still working?". `gone`: held, and
 * the holder's connection is lost. `gone_asked`: both. `reserved`: free, and offered to one agent alone.
 */
export type LockPhase = (typeof LOCK_STATES)[number];

export const LOCK_ENDS = [
  'released',
  'left',
  'switched',
  'sent',
  'signed_out',
  'idle',
  'declined',
  'disconnected',
  'expired',
  'access_lost',
  'taken_over',
  'handed_over',
  'moved',
  'one_shot',
  'restarted',
] as const;
export type LockEndReason = (typeof LOCK_ENDS)[number];

export type LockStep =
  | 'granted'
  | 'idle_due'
  | 'kept'
  | 'connection_lost'
  | 'resumed'
  | 'ended'
  | 'offered'
  | 'offer_over'
  | 'passed_on';

type Transitions = Record<LockPhase, Partial<Record<LockStep, LockPhase>>>;

export const LOCK_TRANSITIONS: Transitions = {
  free: { granted: 'active', offered: 'reserved' },
  active: {
    idle_due: 'asked',
    connection_lost: 'gone',
    kept: 'active',
    ended: 'free',
    offered: 'reserved',
    passed_on: 'active',
  },
  asked: {
    kept: 'active',
    connection_lost: 'gone_asked',
    ended: 'free',
    offered: 'reserved',
    passed_on: 'active',
  },
  // Resuming is not activity: the question that was open stays open, with its deadline.
  gone: {
    idle_due: 'gone_asked',
    resumed: 'active',
    ended: 'free',
    offered: 'reserved',
    passed_on: 'active',
  },
  gone_asked: { resumed: 'asked', ended: 'free', offered: 'reserved', passed_on: 'active' },
  reserved: { granted: 'active', offer_over: 'free', offered: 'reserved' },
};

/** The state after `step`, or undefined when that step cannot happen in `from`. */
export function nextLockPhase(from: LockPhase, step: LockStep): LockPhase | undefined {
  return LOCK_TRANSITIONS[from][step];
}

/**
 * What a send under an ended epoch gets, while that epoch is still the newest: a lock that ended without its holder
 * wanting it (or while walking away) lets the answer through as a late send; one that was given up does not.
 * Reasons that always come with a newer epoch can only be overtaken.
 */
export const SEND_AFTER_END: Record<LockEndReason, 'late_send' | 'lock_required' | 'lock_lost'> = {
  expired: 'late_send',
  disconnected: 'late_send',
  idle: 'late_send',
  left: 'late_send',
  switched: 'late_send',
  restarted: 'late_send',
  sent: 'lock_required',
  released: 'lock_required',
  declined: 'lock_required',
  signed_out: 'lock_required',
  access_lost: 'lock_required',
  taken_over: 'lock_lost',
  handed_over: 'lock_lost',
  moved: 'lock_lost',
  one_shot: 'lock_lost',
};
