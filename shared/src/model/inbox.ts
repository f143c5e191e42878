import { z } from 'zod';
import { Capability, includesCapability, type Role } from './agent.ts';
import { Id } from './scalars.ts';

/** When a lock is taken (L1): on opening the conversation, or at the first keystroke of a reply. */
export const LockOn = z.enum(['open', 'compose']);
export type LockOn = z.infer<typeof LockOn>;

const ms = (least: number, most: number) => z.number().int().min(least).max(most);

/** Every time of an inbox's locks, in milliseconds (L2, W5). */
export const InboxTimes = z
  .strictObject({
    /** How long a lease in Redis lives without renewal. */
    lockTtl: ms(1_000, 600_000),
    /** How long a holder whose connection is gone keeps the lock; at most two thirds of `lockTtl`. */
    reconnectGrace: ms(200, 400_000),
    /** Without activity for this long the holder is asked "are you still working?". */
    idleAfter: ms(500, 86_400_000),
    /** Time to answer that question. */
    idleGrace: ms(500, 3_600_000),
    /** Time a holder has to answer a colleague who asks for the conversation. */
    askGrace: ms(500, 3_600_000),
    /** How long the lock is offered to the next in line. */
    offerTime: ms(500, 600_000),
    /** How long a hand-over to a colleague who is not there can be accepted. */
    handOverTime: ms(500, 3_600_000),
  })
  .refine((times) => times.reconnectGrace * 3 <= times.lockTtl * 2, {
    message: 'reconnectGrace must be at most two thirds of lockTtl',
    path: ['reconnectGrace'],
  });
export type InboxTimes = z.infer<typeof InboxTimes>;

export const DEFAULT_TIMES: InboxTimes = {
  lockTtl: 30_000,
  reconnectGrace: 10_000,
  idleAfter: 180_000,
  idleGrace: 60_000,
  askGrace: 60_000,
  offerTime: 15_000,
  handOverTime: 60_000,
};

/**
 * Who may take a lock away from its holder (L13): admins, also members who manage the inbox, or every member who may reply.
 * Each of them must be a member who may reply.
 */
export const TakeOverBy = z.enum(['admins', 'managers', 'members']);
export type TakeOverBy = z.infer<typeof TakeOverBy>;

/** Whether an agent with this role and capability may take over in an inbox that is set so. */
export function mayTakeOver(takeOverBy: TakeOverBy, role: Role, capability: Capability): boolean {
  if (!includesCapability(capability, 'reply')) return false;
  if (role === 'admin' || takeOverBy === 'members') return true;
  return takeOverBy === 'managers' && includesCapability(capability, 'manage');
}

/** A team's, or one person's alone (H1). */
export const InboxKind = z.enum(['shared', 'personal']);
export type InboxKind = z.infer<typeof InboxKind>;

/** An inbox as its members see it. `apiCode` addresses it in API calls (M10). */
export const InboxSummary = z.strictObject({
  id: Id,
  kind: InboxKind,
  name: z.string().max(200),
  apiCode: z.string().max(64),
  colour: z.string().max(16),
  teamId: Id,
  lockOn: LockOn,
  times: InboxTimes,
  takeOverBy: TakeOverBy,
  /** What the agent this is told to may do here. */
  capability: Capability,
});
export type InboxSummary = z.infer<typeof InboxSummary>;
