import type { ConnectionState } from './connection/states.ts';
import type { LockAnswer, LockState } from './conversation/lock-state.ts';

/** What can be done about a lock: each is a method of `conversation.lock` that needs no argument. */
export type LockAction =
  | 'stay'
  | 'release'
  | 'moveHere'
  | 'acquire'
  | 'dismiss'
  | 'join'
  | 'leaveLine'
  | 'ask'
  | 'takeOver'
  | 'acceptOffer';

/** What a composer may do now. Words and colours are the UI's, rules are these. */
export interface ComposerAffordances {
  readonly composer: 'editable' | 'read-only';
  /** `when-granted`: pressing waits for the lock. `queued`: pressing waits for the connection. */
  readonly send: 'on' | 'when-granted' | 'queued' | 'off';
  /** `local`: kept here, saved when that is possible again. */
  readonly autosave: 'on' | 'local' | 'off';
  readonly banner:
    | null
    | 'checking'
    | 'reconnecting'
    | 'still-working'
    | 'asked-for'
    | 'handing-over'
    | 'elsewhere'
    | 'theirs'
    | 'reserved'
    | 'offered'
    | 'lost';
  /** The buttons that make sense now, the most likely one first: call `conversation.lock[action]()`. */
  readonly actions: readonly LockAction[];
  /** What can be answered to each of `lock.asks`: `conversation.lock.answer(ask.id, answer)`. Empty while nobody asks. */
  readonly answers: readonly LockAnswer[];
  /** `lock.lock.handOver(…)` makes sense now: to a colleague, or with `null` to withdraw what is offered. */
  readonly mayHandOver: boolean;
}

const REST = { banner: null, actions: [], answers: [], mayHandOver: false } as const;
const CLOSED = { ...REST, composer: 'read-only', send: 'off', autosave: 'off' } as const;
const OPEN = { ...REST, composer: 'editable', send: 'on', autosave: 'on' } as const;

type State<S extends LockState['status']> = Extract<LockState, { readonly status: S }>;

/** The one table that every composer uses: what the lock and the connection allow. */
export function composerAffordances(lock: LockState, connection: ConnectionState): ComposerAffordances {
  const connected = connection.name === 'connected';
  const slow = connection.name === 'reconnecting' ? connection.slow : !connected;
  /** What needs an answer of the server is no offer while there is no connection. */
  const online = (...actions: LockAction[]): LockAction[] => (connected ? actions : []);
  switch (lock.status) {
    case 'unknown':
      return { ...OPEN, send: 'off', autosave: 'local', banner: slow ? 'checking' : null };
    case 'free':
    case 'requesting':
    case 'mine': {
      const send = lock.status === 'requesting' ? 'when-granted' : 'on';
      if (!connected)
        return { ...OPEN, send: 'queued', autosave: 'local', banner: slow ? 'reconnecting' : null };
      return lock.status === 'mine' ? held(lock) : { ...OPEN, send };
    }
    case 'mine-elsewhere':
      return { ...CLOSED, banner: 'elsewhere', actions: online('moveHere') };
    case 'theirs':
      return { ...CLOSED, banner: 'theirs', actions: online(...aboutTheirs(lock)) };
    case 'reserved':
      return { ...CLOSED, banner: 'reserved', actions: online(...aboutReserved(lock)) };
    case 'offered':
      return { ...CLOSED, banner: 'offered', actions: online('acceptOffer', 'leaveLine') };
    case 'lost': {
      // What somebody else has can be waited for and asked for as if nothing had been lost.
      const next: LockAction[] =
        lock.now !== 'free' ? ['join', 'ask'] : lock.offeredTo === null ? ['acquire'] : [];
      return { ...CLOSED, banner: 'lost', actions: [...online(...next), 'dismiss'] };
    }
  }
}

function held({ idle, asks, handOver }: State<'mine'>): ComposerAffordances {
  const isAsked = idle.phase === 'asked';
  const answers: readonly LockAnswer[] = asks.length > 0 ? ['pass', 'keep'] : [];
  const calm = answers.length > 0 ? 'asked-for' : handOver && 'handing-over';
  return {
    ...OPEN,
    banner: isAsked ? 'still-working' : calm,
    actions: isAsked ? ['stay', 'release'] : ['release'],
    answers,
    mayHandOver: true,
  };
}

/** There is nobody to ask: who has the first word has not taken it yet. */
function aboutReserved({ place, mayTakeOver }: State<'reserved'>): LockAction[] {
  const actions: LockAction[] = [place === null ? 'join' : 'leaveLine'];
  if (mayTakeOver) actions.push('takeOver');
  return actions;
}

/** Waiting and asking are two things; leaving the line takes both back. */
function aboutTheirs({ place, asked, mayTakeOver }: State<'theirs'>): LockAction[] {
  const actions: LockAction[] = [];
  if (place === null) actions.push('join');
  if (asked === null) actions.push('ask');
  if (place !== null || asked !== null) actions.push('leaveLine');
  if (mayTakeOver) actions.push('takeOver');
  return actions;
}
