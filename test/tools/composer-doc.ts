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
const BEN = { id: 'agt_ben', name: 'Ben' };
const NO_PLACE = { place: null } as const;
const ASK = { id: 'ask_1', from: BEN, note: '', at: 0, deadline: 1 };
const OFFER = { to: BEN, note: '', until: 1 };
const MINE = {
  status: 'mine',
  ...NO_PLACE,
  lock: {} as HeldLock,
  since: 1,
  idle: ACTIVE,
  uncertain: false,
  asks: [],
  handOver: null,
} as const;
const THEIRS = {
  status: 'theirs',
  ...NO_PLACE,
  since: 1,
  holder: ANNA,
  idle: ACTIVE,
  goneUntil: null,
  asked: null,
  mayTakeOver: false,
  handOver: null,
} as const;
const LOST = { status: 'lost', ...NO_PLACE, reason: 'idle', offeredTo: null, by: null, note: '' } as const;
const RESERVED = { status: 'reserved', for: ANNA, until: 1, mayTakeOver: false } as const;
const ELSEWHERE = { status: 'mine-elsewhere', since: 1, device: 'Firefox on Mac', idle: ACTIVE } as const;
const OFFERED = { status: 'offered', ...NO_PLACE, until: 1, from: null, note: '' } as const;

type State = LockState extends infer L ? (L extends LockState ? Omit<L, 'stale' | 'queue'> : never) : never;

const STATES: readonly (readonly [string, State, ConnectionState?])[] = [
  ['`unknown`', { status: 'unknown', ...NO_PLACE }],
  ['`unknown`, connection gone for long', { status: 'unknown', ...NO_PLACE }, away(true)],
  ['`free`', { status: 'free', ...NO_PLACE }],
  ['`free`, connection gone', { status: 'free', ...NO_PLACE }, away(false)],
  ['`requesting`', { status: 'requesting', ...NO_PLACE }],
  ['`mine`', MINE],
  ['`mine`, asked "are you still working?"', { ...MINE, idle: ASKED }],
  ['`mine`, and a colleague asks for it', { ...MINE, asks: [ASK] }],
  ['`mine`, and offered to a colleague', { ...MINE, handOver: OFFER }],
  ['`mine`, connection gone', MINE, away(false)],
  ['`mine`, connection gone for long', MINE, away(true)],
  ['`mine-elsewhere`', { ...ELSEWHERE, ...NO_PLACE }],
  ['`theirs`', THEIRS],
  ['`theirs`, and I wait in line', { ...THEIRS, place: 1 }],
  ['`theirs`, and I have asked for it', { ...THEIRS, asked: { deadline: 1 } }],
  ['`theirs`, and I may take over', { ...THEIRS, mayTakeOver: true }],
  ['`theirs`, connection gone', THEIRS, away(false)],
  ['`reserved`', { ...RESERVED, ...NO_PLACE }],
  ['`reserved`, and I wait in line', { ...RESERVED, place: 1 }],
  ['`reserved`, and I may take over', { ...RESERVED, ...NO_PLACE, mayTakeOver: true }],
  ['`offered`', OFFERED],
  ['`lost`, and free', { ...LOST, now: 'free' }],
  ['`lost`, and offered to a colleague', { ...LOST, now: 'free', offeredTo: BEN }],
  ['`lost`, and a colleague has it', { ...LOST, now: { holder: ANNA } }],
];

const code = (text: string) => `\`${text}\``;

export function composerRows(): string[][] {
  return STATES.map(([name, state, connection = CONNECTED]) => {
    const lock = { ...state, queue: [], stale: connection.name !== 'connected' } as LockState;
    const { composer, send, autosave, banner, actions, answers } = composerAffordances(lock, connection);
    return [
      name,
      composer,
      send,
      autosave,
      banner === null ? '' : code(banner),
      actions.map(code).join(', '),
      answers.map(code).join(', '),
    ];
  });
}
