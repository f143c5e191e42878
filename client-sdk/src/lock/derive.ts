import type { LockEndReason } from '@latchbox/shared/lock-machine';
import type { Capability, Person, Role } from '@latchbox/shared/model/agent';
import type { InboxSummary } from '@latchbox/shared/model/inbox';
import type { HandOverOffer, HeldLockView, LockLine, LockView } from '@latchbox/shared/model/lock';
import type { LockState } from '../conversation/lock-state.ts';
import type { Hub } from '../hub.ts';
import type { Held } from './held.ts';

/** Why a lock is over, and who ended it with which words, where that was told. */
export interface Ending {
  readonly reason: LockEndReason;
  readonly by: Person | null;
  readonly note: string;
}

/** All that is known of one lock. */
export interface Known {
  /** Undefined: nothing. */
  readonly view: LockView | undefined;
  readonly line: LockLine | undefined;
  /** `view`, where it is held, by whomever. */
  readonly held: HeldLockView | undefined;
  /** The same, where it is this session that holds it, and its handle. */
  readonly mine: HeldLockView | undefined;
  readonly handle: Held | undefined;
  readonly uncertain: boolean;
  readonly isRequested: boolean;
  readonly lost: Ending | undefined;
}

/** What is offered to an agent now: a hand-over, or the turn in the waiting line. */
export function offerTo(
  me: string | undefined,
  view: LockView | undefined,
  line: LockLine | undefined,
): { readonly until: number; readonly from: Person | null; readonly note: string } | undefined {
  if (view?.status === 'reserved' && view.for.id === me) return { until: view.until, from: null, note: '' };
  const offer = line?.handOver;
  if (view?.status !== 'held' || offer?.to.id !== me || !offer) return undefined;
  return { until: offer.until, from: view.holder, note: offer.note };
}

/**
 * Whether this agent may take a lock away here. The rule is `mayTakeOver` of the contract, without the schemas that stand beside it
 * there (a test holds the two together). An older server says nothing of who may.
 */
export function mayTakeOver(
  by: InboxSummary['takeOverBy'] | undefined,
  role: Role | undefined,
  capability: Capability,
): boolean {
  const allowed = role === 'admin' || by === 'members' || (by === 'managers' && capability === 'manage');
  return allowed && capability !== 'read';
}

/** A lock as it is shown, seen from this session. */
export function derive(hub: Hub, inbox: InboxSummary | undefined, known: Known): LockState {
  const { view, line, held, mine, handle, lost } = known;
  const me = hub.greeting?.me;
  const slow = hub.line === 'slow';
  const queue = line?.waiting ?? [];
  const place = queue.findIndex(({ id }) => id === me?.id) + 1 || null;
  const base = { stale: hub.line !== 'up', queue, place };
  if (mine && handle) {
    const { since, idle } = mine;
    const [asks, handOver] = [line?.asks ?? [], line?.handOver ?? null];
    const uncertain = known.uncertain || slow;
    return { ...base, status: 'mine', lock: handle, since, idle, uncertain, asks, handOver };
  }
  if (known.isRequested && !held) return { ...base, status: 'requesting' };
  const offer = slow ? undefined : offerTo(me?.id, view, line);
  if (offer) return { ...base, status: 'offered', ...offer };
  if (lost) {
    const offeredTo = view?.status === 'reserved' ? view.for : null;
    return { ...base, status: 'lost', ...lost, now: held ? { holder: held.holder } : 'free', offeredTo };
  }
  if (slow || !view) return { ...base, status: 'unknown' };
  const mayTake = inbox !== undefined && mayTakeOver(inbox.takeOverBy, me?.role, inbox.capability);
  if (view.status === 'reserved')
    return { ...base, status: 'reserved', for: view.for, until: view.until, mayTakeOver: mayTake };
  return held ? shownHeld(base, held, line, me?.id, mayTake) : { ...base, status: 'free' };
}

/** One that somebody holds, who is not this session. */
function shownHeld(
  base: Pick<LockState, 'stale' | 'queue' | 'place'>,
  { since, idle, device, holder, goneDeadline }: HeldLockView,
  line: LockLine | undefined,
  me: string | undefined,
  mayTake: boolean,
): LockState {
  if (holder.id === me) return { ...base, status: 'mine-elsewhere', since, device, idle };
  const asked = line?.asks.find(({ from }) => from.id === me);
  const handOver: HandOverOffer | null = line?.handOver ?? null;
  return {
    ...base,
    status: 'theirs',
    since,
    holder,
    idle,
    goneUntil: goneDeadline,
    asked: asked ? { deadline: asked.deadline } : null,
    mayTakeOver: mayTake,
    handOver,
  };
}
