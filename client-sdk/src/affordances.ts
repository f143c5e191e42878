import type { ConnectionState } from './connection/states.ts';
import type { LockState } from './conversation/lock-state.ts';

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
}

const CLOSED = { composer: 'read-only', send: 'off', autosave: 'off' } as const;
const OPEN = { composer: 'editable', send: 'on', autosave: 'on', banner: null } as const;

/** The one table that every composer uses: what the lock and the connection allow. */
export function composerAffordances(lock: LockState, connection: ConnectionState): ComposerAffordances {
  const connected = connection.name === 'connected';
  const slow = connection.name === 'reconnecting' ? connection.slow : !connected;
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
      return { ...OPEN, banner: lock.idle.phase === 'asked' ? 'still-working' : null };
    case 'mine-elsewhere':
      return { ...CLOSED, banner: 'elsewhere' };
    case 'theirs':
    case 'reserved':
    case 'lost':
      return { ...CLOSED, banner: lock.status };
  }
}
