import {
  type ComposerAffordances,
  LatchboxError,
  type LockState,
  type OutgoingMessage,
} from '@latchbox/client';
import { expect, it } from 'vitest';
import { barState, freshPositions, stoppedReply } from './bar-state.ts';

type Failed = Extract<OutgoingMessage, { state: 'failed' }>;

const free: LockState = { status: 'free', stale: false, queue: [], place: null };
const can = (over: Partial<ComposerAffordances> = {}): ComposerAffordances => ({
  composer: 'editable',
  send: 'on',
  autosave: 'on',
  banner: null,
  actions: [],
  answers: [],
  mayHandOver: false,
  ...over,
});
const note = {
  id: 'e',
  conversationId: 'c',
  position: 9,
  at: 0,
  kind: 'note',
  author: { id: 'b', name: 'Ben' },
};
const failed = (error: unknown, clientId = 'one'): Failed =>
  ({
    clientId,
    kind: 'reply',
    body: 'x',
    author: { id: 'a', name: 'Ana' },
    at: 0,
    lastSeen: 8,
    state: 'failed',
    error,
  }) as Failed;
const movedOn = new LatchboxError('thread_moved_on', { newest: 9, entries: [note as never] });

it('says nothing while all is well', () => {
  expect(barState(free, can(), undefined)).toBeNull();
});

it('says a running countdown before a send that was stopped', () => {
  const lock = { status: 'mine', idle: { phase: 'asked', deadline: 5 }, stale: false } as LockState;
  const state = barState(lock, can({ banner: 'still-working' }), failed(movedOn));
  expect(state).toEqual({ name: 'still-working', deadline: 5 });
});

it('says why a send was stopped before whose the lock is', () => {
  const theirs = { status: 'theirs', holder: { id: 'b', name: 'Ben' } } as LockState;
  const lost = new LatchboxError('lock_lost', { reason: 'overtaken', entries: [] });
  const banner = can({ banner: 'theirs' });
  expect(barState(theirs, banner, failed(movedOn))?.name).toBe('moved-on');
  expect(barState(theirs, banner, failed(lost))?.name).toBe('fenced');
  expect(barState(theirs, banner, failed(new LatchboxError('timeout', {})))?.name).toBe('not-sent');
  expect(barState(theirs, banner, undefined)).toEqual({ name: 'theirs', lock: theirs, actions: [] });
});

it('says whether sending waits while the connection is gone', () => {
  expect(barState(free, can({ banner: 'reconnecting', send: 'queued' }), undefined)).toEqual({
    name: 'no-connection',
    sendWaits: true,
  });
  expect(barState(free, can({ banner: 'checking', send: 'off' }), undefined)).toEqual({
    name: 'no-connection',
    sendWaits: false,
  });
});

it('waits for a decision on the reply that was stopped last, notes apart', () => {
  const first = failed(movedOn);
  const last = failed(movedOn, 'two');
  const sending = { ...first, clientId: 'three', state: 'sending' } as unknown as OutgoingMessage;
  const stoppedNote: OutgoingMessage = { ...last, kind: 'note', clientId: 'four' };
  expect(stoppedReply([first, last, sending, stoppedNote])).toBe(last);
  expect(stoppedReply([sending])).toBeUndefined();
});

it('marks what a stopped send had not seen', () => {
  expect(freshPositions(failed(movedOn))).toEqual([9]);
  expect(freshPositions(failed(new LatchboxError('timeout', {})))).toEqual([]);
  expect(freshPositions(undefined)).toEqual([]);
});

it('says an offer and a question before a send that was stopped: they run out', () => {
  const offered = { status: 'offered', until: 5, from: null, note: '' } as LockState;
  expect(barState(offered, can({ banner: 'offered' }), failed(movedOn))?.name).toBe('offered');
  const asked = { status: 'mine', idle: { phase: 'active' }, asks: [{}] } as unknown as LockState;
  const answers = ['pass', 'keep'] as const;
  expect(barState(asked, can({ banner: 'asked-for', answers }), failed(movedOn))).toMatchObject({
    name: 'asked-for',
    answers,
  });
});
