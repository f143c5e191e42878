/** The rows of the table in `docs/composer.md`: each state of a lock, seen through `composerAffordances`. */
import {
  composerAffordances,
  type ConnectionState,
  type HeldLock,
  LatchboxError,
  type LockState,
} from '@latchbox/client';

const CONNECTED: ConnectionState = { name: 'connected', sessionId: 'ses_1', resumed: false };
const away = (slow: boolean): ConnectionState => ({
  name: 'reconnecting',
  attempt: 1,
  slow,
  error: new LatchboxError('offline', {}),
});

const ANNA = { id: 'agt_anna', name: 'Anna' };
const ACTIVE = { phase: 'active' } as const;
const ASKED = { phase: 'asked', deadline: 1 } as const;
const MINE = { status: 'mine', lock: {} as HeldLock, since: 1, idle: ACTIVE, uncertain: false } as const;
const LOST = { status: 'lost', reason: 'idle' } as const;

type State = LockState extends infer L ? (L extends LockState ? Omit<L, 'stale'> : never) : never;

const STATES: readonly (readonly [string, State, ConnectionState?])[] = [
  ['`unknown`', { status: 'unknown' }],
  ['`unknown`, connection gone for long', { status: 'unknown' }, away(true)],
  ['`free`', { status: 'free' }],
  ['`free`, connection gone', { status: 'free' }, away(false)],
  ['`requesting`', { status: 'requesting' }],
  ['`mine`', MINE],
  ['`mine`, asked "are you still working?"', { ...MINE, idle: ASKED }],
  ['`mine`, connection gone', MINE, away(false)],
  ['`mine`, connection gone for long', MINE, away(true)],
  ['`mine-elsewhere`', { status: 'mine-elsewhere', since: 1, device: 'Firefox on Mac', idle: ACTIVE }],
  ['`theirs`', { status: 'theirs', since: 1, holder: ANNA, idle: ACTIVE, goneUntil: null }],
  ['`reserved`', { status: 'reserved', for: ANNA, until: 1 }],
  ['`lost`, and free', { ...LOST, now: 'free' }],
  ['`lost`, and a colleague has it', { ...LOST, now: { holder: ANNA } }],
];

const code = (text: string) => `\`${text}\``;

export function composerRows(): string[][] {
  return STATES.map(([name, state, connection = CONNECTED]) => {
    const lock = { ...state, stale: connection.name !== 'connected' } as LockState;
    const { composer, send, autosave, banner, actions } = composerAffordances(lock, connection);
    return [
      name,
      composer,
      send,
      autosave,
      banner === null ? '' : code(banner),
      actions.map(code).join(', '),
    ];
  });
}
