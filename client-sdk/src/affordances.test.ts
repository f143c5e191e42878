import { expect, test } from 'vitest';
import { type ComposerAffordances, composerAffordances } from './affordances.ts';
import type { ConnectionState } from './connection/states.ts';
import { Held, type LockState } from './conversation/lock-state.ts';
import { refuse } from './lib/refuse.ts';

const connected: ConnectionState = { name: 'connected', sessionId: 'ses_1', resumed: false };
const lost = (slow: boolean): ConnectionState => ({
  name: 'reconnecting',
  attempt: 1,
  slow,
  error: refuse('offline'),
});
const lock = new Held(1, async () => {});
const ben = { id: 'ben', name: 'Ben' };
const mine = { status: 'mine', lock, since: 1, idle: { phase: 'active' }, uncertain: false } as const;
const asked = { ...mine, idle: { phase: 'asked', deadline: 2 } } as const;
const theirs = {
  status: 'theirs',
  since: 1,
  holder: ben,
  idle: { phase: 'active' },
  goneUntil: null,
} as const;

type State = LockState extends infer L ? (L extends LockState ? Omit<L, 'stale'> : never) : never;

// composer, send, autosave, banner, actions
test.each<[string, State, ConnectionState, string]>([
  ['unknown', { status: 'unknown' }, connected, 'editable off local null -'],
  ['unknown, slow', { status: 'unknown' }, lost(true), 'editable off local checking -'],
  ['free', { status: 'free' }, connected, 'editable on on null -'],
  ['free, offline', { status: 'free' }, lost(false), 'editable queued local null -'],
  ['requesting', { status: 'requesting' }, connected, 'editable when-granted on null -'],
  ['mine', mine, connected, 'editable on on null release'],
  ['mine, asked', asked, connected, 'editable on on still-working stay,release'],
  ['mine, reconnecting', mine, lost(false), 'editable queued local null -'],
  ['mine, reconnecting slowly', asked, lost(true), 'editable queued local reconnecting -'],
  [
    'mine in another tab',
    { status: 'mine-elsewhere', since: 1, device: 'Chrome on Linux', idle: { phase: 'active' } },
    connected,
    'read-only off off elsewhere moveHere',
  ],
  ['theirs', theirs, connected, 'read-only off off theirs -'],
  ['reserved', { status: 'reserved', for: ben, until: 9 }, connected, 'read-only off off reserved -'],
  [
    'lost',
    { status: 'lost', reason: 'idle', now: 'free' },
    connected,
    'read-only off off lost acquire,dismiss',
  ],
  [
    'lost to a colleague',
    { status: 'lost', reason: 'idle', now: { holder: ben } },
    connected,
    'read-only off off lost dismiss',
  ],
  [
    'lost, offline',
    { status: 'lost', reason: 'idle', now: 'free' },
    lost(true),
    'read-only off off lost dismiss',
  ],
])('%s', (_name, state, connection, expected) => {
  const { composer, send, autosave, banner, actions }: ComposerAffordances = composerAffordances(
    { ...state, stale: connection.name !== 'connected' } as LockState,
    connection,
  );
  expect(`${composer} ${send} ${autosave} ${banner} ${actions.join() || '-'}`).toBe(expected);
});
