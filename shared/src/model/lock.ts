import { z } from 'zod';
import { LOCK_ENDS } from '../lock-machine.ts';
import { Person } from './agent.ts';
import { LockOn } from './inbox.ts';
import { DraftBody, FenceNumber, Id, ServerTime } from './scalars.ts';

/** Why a lock ended; the list stands in `lock-machine.ts`. */
export const LockEnd = z.enum(LOCK_ENDS);
export type LockEnd = z.infer<typeof LockEnd>;

/** Whether the holder was asked "are you still working?", and until when an answer counts (L4). */
export const IdleState = z.discriminatedUnion('phase', [
  z.strictObject({ phase: z.literal('active') }),
  z.strictObject({ phase: z.literal('asked'), deadline: ServerTime }),
]);
export type IdleState = z.infer<typeof IdleState>;

/**
 * A conversation's lock as every member sees it. `fence` is the newest number given in this conversation (0 before the
 * first one): whoever has seen a higher one ignores this view.
 */
export const LockView = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('free'), fence: z.number().int().nonnegative() }),
  z.strictObject({
    status: z.literal('held'),
    fence: FenceNumber,
    holder: Person,
    /** Public id of the session that holds it: the same agent in another tab has another one (L14). */
    sessionId: Id,
    /** What the holder's session calls itself, "Chrome on Linux". */
    device: z.string().max(120),
    since: ServerTime,
    lockOn: LockOn,
    idle: IdleState,
    /** Set while the holder's connection is gone: when the reconnect grace ends. */
    goneDeadline: ServerTime.nullable(),
  }),
  z.strictObject({
    status: z.literal('reserved'),
    fence: z.number().int().nonnegative(),
    for: Person,
    until: ServerTime,
  }),
]);
export type LockView = z.infer<typeof LockView>;
export type HeldLockView = Extract<LockView, { status: 'held' }>;

/** What somebody says along with asking, passing on or taking over: a text as any other, or nothing. */
export const LockNote = DraftBody.max(500);

/**
 * A colleague asks the holder for the conversation (L12). At `deadline` a holder who has neither answered nor done anything
 * counts as idle, and the lock passes to whoever asked first.
 */
export const LockAsk = z.strictObject({
  id: Id,
  from: Person,
  note: LockNote,
  at: ServerTime,
  deadline: ServerTime,
});
export type LockAsk = z.infer<typeof LockAsk>;

/** The holder hands over to somebody who is not there (L12): the holder keeps the lock until it is accepted. */
export const HandOverOffer = z.strictObject({ to: Person, note: LockNote, until: ServerTime });
export type HandOverOffer = z.infer<typeof HandOverOffer>;

/** Whom else the lock concerns. Part of the conversation's row, so that every member sees the same. */
export const LockLine = z.strictObject({
  /** Who waits for it, first come first (L11); without the one it is reserved for. */
  waiting: z.array(Person),
  /** Open questions to the holder, the oldest first. Empty while nobody holds it. */
  asks: z.array(LockAsk),
  handOver: HandOverOffer.nullable(),
});
export type LockLine = z.infer<typeof LockLine>;

/** `kept`: by an answer or by going on. `passed`: to the one who asked. `over`: the lock ended, or somebody else got it. */
export const AskOutcome = z.enum(['kept', 'passed', 'withdrawn', 'over']);
export type AskOutcome = z.infer<typeof AskOutcome>;

/** One line of a conversation's lock history (L19). */
export const LockPeriod = z.strictObject({
  fence: FenceNumber,
  holder: Person,
  from: ServerTime,
  to: ServerTime.nullable(),
  /** When the holder was last asked "are you still working?" in this period. */
  askedAt: ServerTime.nullable(),
  endReason: LockEnd.nullable(),
  /** Who ended it, where it was not the holder and not the clock. */
  endedBy: Person.nullable(),
  /** Colleagues who asked for it, first come first, and what became of it (null: still open). Left out when nobody did. */
  asks: z.array(z.strictObject({ from: Person, at: ServerTime, outcome: AskOutcome.nullable() })).optional(),
});
export type LockPeriod = z.infer<typeof LockPeriod>;
