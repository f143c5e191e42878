import type { ConnectionState } from './connection/states.ts';
import type { LockState } from './conversation/lock-state.ts';

/** What can be done about a lock: each is a method of `conversation.lock`. */
export type LockAction = 'stay' | 'release' | 'moveHere' | 'acquire' | 'dismiss';

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
    | 'elsewhere'
    | 'theirs'
    | 'reserved'
    | 'lost';
  /** The buttons that make sense now, the most likely one first: call `conversation.lock[action]()`. */
  readonly actions: readonly LockAction[];
}

const CLOSED = { composer: 'read-only', send: 'off', autosave: 'off' } as const;
const OPEN = { composer: 'editable', send: 'on', autosave: 'on', banner: null, actions: [] } as const;

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
    case 'requesting': {
      const send = lock.status === 'free' ? 'on' : 'when-granted';
      if (connected) return { ...OPEN, send };
      return { ...OPEN, send: 'queued', autosave: 'local', banner: slow ? 'reconnecting' : null };
    }
    case 'mine':
      if (!connected)
        return { ...OPEN, send: 'queued', autosave: 'local', banner: slow ? 'reconnecting' : null };
      if (lock.idle.phase === 'active') return { ...OPEN, actions: ['release'] };
      return { ...OPEN, banner: 'still-working', actions: ['stay', 'release'] };
    case 'mine-elsewhere':
      return { ...CLOSED, banner: 'elsewhere', actions: online('moveHere') };
    case 'theirs':
    case 'reserved':
      return { ...CLOSED, banner: lock.status, actions: [] };
    case 'lost':
      return {
        ...CLOSED,
        banner: 'lost',
        actions: [...(lock.now === 'free' ? online('acquire') : []), 'dismiss'],
      };
  }
}
