import { expect, test } from 'vitest';
import { type ComposerAffordances, composerAffordances } from './affordances.ts';
import type { ConnectionState } from './connection/states.ts';
import type { LockState } from './conversation/lock-state.ts';
import { refuse } from './lib/refuse.ts';
import { Held } from './lock/held.ts';

const connected: ConnectionState = { name: 'connected', sessionId: 'ses_1', resumed: false };
const lost = (slow: boolean): ConnectionState => ({
  name: 'reconnecting',
  attempt: 1,
  slow,
  error: refuse('offline'),
});
const lock = new Held(1, { release: async () => {}, handOver: async () => ({ state: 'passed' }) });
const ben = { id: 'ben', name: 'Ben' };
const mine = {
  status: 'mine',
  lock,
  since: 1,
  idle: { phase: 'active' },
  uncertain: false,
  asks: [],
  handOver: null,
} as const;
const asked = { ...mine, idle: { phase: 'asked', deadline: 2 } } as const;
const asks = [{ id: 'ask', from: ben, note: '', at: 1, deadline: 2 }];
const theirs = {
  status: 'theirs',
  since: 1,
  holder: ben,
  idle: { phase: 'active' },
  goneUntil: null,
  asked: null,
  mayTakeOver: false,
  handOver: null,
} as const;
const lostTo = { status: 'lost', reason: 'idle', offeredTo: null, by: null, note: '' } as const;
const reserved = { status: 'reserved', for: ben, until: 9, mayTakeOver: false } as const;
const offered = { status: 'offered', until: 9, from: null, note: '' } as const;

type State = (LockState extends infer L ? (L extends LockState ? Omit<L, keyof Shared> : never) : never) &
  Partial<Shared>;
type Shared = Pick<LockState, 'stale' | 'queue' | 'place'>;

// composer, send, autosave, banner, actions / answers, +: may hand over
test.each<[string, State, ConnectionState, string]>([
  ['unknown', { status: 'unknown' }, connected, 'editable off local null - / -'],
  ['unknown, slow', { status: 'unknown' }, lost(true), 'editable off local checking - / -'],
  ['free', { status: 'free' }, connected, 'editable on on null - / -'],
  ['free, offline', { status: 'free' }, lost(false), 'editable queued local null - / -'],
  ['requesting', { status: 'requesting' }, connected, 'editable when-granted on null - / -'],
  ['mine', mine, connected, 'editable on on null release / - +'],
  ['mine, asked', asked, connected, 'editable on on still-working stay,release / - +'],
  ['mine, asked for', { ...mine, asks }, connected, 'editable on on asked-for release / pass,keep +'],
  [
    'mine, asked and asked for',
    { ...asked, asks },
    connected,
    'editable on on still-working stay,release / pass,keep +',
  ],
  [
    'mine, offered',
    { ...mine, handOver: { to: ben, note: '', until: 2 } },
    connected,
    'editable on on handing-over release / - +',
  ],
  ['mine, asked for, offline', { ...mine, asks }, lost(false), 'editable queued local null - / -'],
  ['mine, reconnecting', mine, lost(false), 'editable queued local null - / -'],
  ['mine, reconnecting slowly', asked, lost(true), 'editable queued local reconnecting - / -'],
  [
    'mine in another tab',
    { status: 'mine-elsewhere', since: 1, device: 'Chrome on Linux', idle: { phase: 'active' } },
    connected,
    'read-only off off elsewhere moveHere / -',
  ],
  ['theirs', theirs, connected, 'read-only off off theirs join,ask / -'],
  ['theirs, in line', { ...theirs, place: 2 }, connected, 'read-only off off theirs ask,leaveLine / -'],
  [
    'theirs, asked for',
    { ...theirs, asked: { deadline: 9 } },
    connected,
    'read-only off off theirs join,leaveLine / -',
  ],
  [
    'theirs, in line and asked for, by who may take over',
    { ...theirs, place: 1, asked: { deadline: 9 }, mayTakeOver: true },
    connected,
    'read-only off off theirs leaveLine,takeOver / -',
  ],
  ['theirs, offline', { ...theirs, mayTakeOver: true }, lost(false), 'read-only off off theirs - / -'],
  ['reserved', reserved, connected, 'read-only off off reserved join / -'],
  ['reserved, in line', { ...reserved, place: 1 }, connected, 'read-only off off reserved leaveLine / -'],
  [
    'reserved, for who may take over',
    { ...reserved, mayTakeOver: true },
    connected,
    'read-only off off reserved join,takeOver / -',
  ],
  ['reserved, offline', { ...reserved, mayTakeOver: true }, lost(false), 'read-only off off reserved - / -'],
  ['offered', offered, connected, 'read-only off off offered acceptOffer,leaveLine / -'],
  ['offered, offline', offered, lost(false), 'read-only off off offered - / -'],
  ['lost', { ...lostTo, now: 'free' }, connected, 'read-only off off lost acquire,dismiss / -'],
  [
    'lost, and offered to a colleague',
    { ...lostTo, now: 'free', offeredTo: ben },
    connected,
    'read-only off off lost dismiss / -',
  ],
  [
    'lost to a colleague',
    { ...lostTo, now: { holder: ben } },
    connected,
    'read-only off off lost join,ask,dismiss / -',
  ],
  ['lost, offline', { ...lostTo, now: 'free' }, lost(true), 'read-only off off lost dismiss / -'],
])('%s', (_name, state, connection, expected) => {
  const may: ComposerAffordances = composerAffordances(
    { queue: [], place: null, ...state, stale: connection.name !== 'connected' } as LockState,
    connection,
  );
  const { composer, send, autosave, banner, actions, answers, mayHandOver } = may;
  const last = `${answers.join() || '-'}${mayHandOver ? ' +' : ''}`;
  expect(`${composer} ${send} ${autosave} ${banner} ${actions.join() || '-'} / ${last}`).toBe(expected);
});
