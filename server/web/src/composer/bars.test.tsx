import {
  type HeldLock,
  LatchboxError,
  type LatchboxClient,
  type LockAction,
  type LockState,
  type OutgoingMessage,
} from '@latchbox/client';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { ClientContext } from '../app/client.ts';
import { barState } from './bar-state.ts';
import { ElsewhereBar, LostBar } from './lock-bars.tsx';
import { NetBar } from './net-bar.tsx';
import { PingBar } from './ping-bar.tsx';
import { AskedForBar, HandingOverBar, OfferedBar } from './passing-bars.tsx';
import { StoppedBar } from './stopped-bars.tsx';
import { ReservedBar, TheirsBar } from './theirs-bar.tsx';
import type { LockActs } from './use-lock-acts.ts';
import type { Stop } from './use-stopped.ts';

type Of<S extends LockState['status']> = Extract<LockState, { status: S }>;

const NOW = 1_900_000_000_000;
const ana = { id: 'ana', name: 'Ana Brandt' };
const nothing = (): void => {};

const acts: LockActs = { problem: undefined, run: () => Promise.resolve(true) };

/** A lock that nobody waits for. */
const alone = { stale: false, queue: [], place: null } as const;
const LOST = {
  status: 'lost',
  ...alone,
  reason: 'idle',
  now: 'free',
  offeredTo: null,
  by: null,
  note: '',
} as const;

/** The words of a bar as they are read: without what only the eye gets (`aria-hidden`), or without what only the ear gets. */
function wordsOf(bar: ReactNode, read: 'seen' | 'heard'): string {
  const client = { clock: { now: () => NOW } } as unknown as LatchboxClient;
  const html = renderToStaticMarkup(<ClientContext value={client}>{bar}</ClientContext>);
  const other =
    read === 'seen' ? /<span class="said".*?<\/span>/g : /<(span|svg|b) aria-hidden="true".*?<\/\1>/g;
  return html
    .replaceAll(/<svg.*?<\/svg>/g, '')
    .replaceAll(other, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

describe('a colleague holds the lock', () => {
  const theirs = (over: Partial<Of<'theirs'>> = {}): Of<'theirs'> => ({
    status: 'theirs',
    ...alone,
    asked: null,
    mayTakeOver: false,
    handOver: null,
    holder: ana,
    since: NOW - 125_000,
    idle: { phase: 'active' },
    goneUntil: null,
    ...over,
  });
  const bar = (lock: Of<'theirs'>, actions: readonly LockAction[] = []) => (
    <TheirsBar lock={lock} idleGrace={60_000} reconnectGrace={10_000} actions={actions} acts={acts} />
  );

  it('says who, and since when', () => {
    expect(wordsOf(bar(theirs()), 'seen')).toBe('Ana is replying, since 2 min You can still leave a note.');
  });

  it('says that it may come free, with the seconds for the eye alone', () => {
    const asked = bar(theirs({ idle: { phase: 'asked', deadline: NOW + 40_000 } }));
    expect(wordsOf(asked, 'seen')).toContain('May be free in 40 s, no answer yet.');
    expect(wordsOf(asked, 'heard')).toBe('Ana is replying, since 2 min May be free soon, no answer yet.');
    const gone = bar(theirs({ goneUntil: NOW + 8_000 }));
    expect(wordsOf(gone, 'seen')).toContain('May be free in 8 s, the connection is gone.');
  });

  it('says to whom it is offered', () => {
    const lock: Of<'reserved'> = { status: 'reserved', ...alone, for: ana, until: NOW, mayTakeOver: false };
    const bar = (actions: readonly LockAction[]) => <ReservedBar lock={lock} actions={actions} acts={acts} />;
    expect(wordsOf(bar(['join']), 'seen')).toContain('Offered to Ana');
    expect(wordsOf(bar(['join']), 'seen')).toMatch(/Tell me when it’s free$/);
    expect(wordsOf(bar(['join', 'takeOver']), 'seen')).toMatch(/Tell me when it’s free Take over$/);
  });

  it('offers what the SDK says makes sense, and says where one stands in line', () => {
    expect(wordsOf(bar(theirs(), ['join', 'ask', 'takeOver']), 'seen')).toMatch(
      /Tell me when it’s free Ask for it Take over$/,
    );
    const waiting = bar(theirs({ queue: [ana], place: 1 }), ['ask', 'leaveLine']);
    expect(wordsOf(waiting, 'seen')).toContain('You are next in line. Leave the line Ask for it');
    const asked = bar(theirs({ asked: { deadline: NOW + 40_000 } }), ['join', 'leaveLine']);
    expect(wordsOf(asked, 'seen')).toContain('Asked. Ana has 40 s to answer.');
    expect(wordsOf(asked, 'heard')).not.toMatch(/40/);
    expect(wordsOf(asked, 'seen')).toContain('Never mind');
  });
});

describe('a lock that goes from one to the other', () => {
  const mine = (over: Partial<Of<'mine'>>): Of<'mine'> => ({
    status: 'mine',
    ...alone,
    lock: {} as HeldLock,
    since: NOW,
    idle: { phase: 'active' },
    uncertain: false,
    asks: [],
    handOver: null,
    ...over,
  });
  const ask = { id: 'ask_1', from: ana, note: 'I know this customer', at: NOW, deadline: NOW + 30_000 };

  it('is offered: my turn, or a colleague hands it over with a word', () => {
    const offered = (from: typeof ana | null, note: string) => (
      <OfferedBar
        lock={{ status: 'offered', ...alone, until: NOW + 10_000, from, note }}
        total={15_000}
        actions={['acceptOffer', 'leaveLine']}
        acts={acts}
        onWrite={nothing}
      />
    );
    expect(wordsOf(offered(null, ''), 'seen')).toBe('10 It is your turn Yours for 10 s. Not now Take it');
    expect(wordsOf(offered(ana, 'Off to lunch'), 'seen')).toBe(
      '10 Ana hands this over to you “Off to lunch” Not now Take it',
    );
    expect(wordsOf(offered(null, ''), 'heard')).not.toMatch(/\d/);
  });

  it('is asked for: by whom, with their word, and what the answers do', () => {
    const bar = (over: Partial<Of<'mine'>>, hasText: boolean) => (
      <AskedForBar
        lock={mine(over)}
        total={60_000}
        hasText={hasText}
        answers={['pass', 'keep']}
        acts={acts}
      />
    );
    expect(wordsOf(bar({ asks: [ask] }, true), 'seen')).toBe(
      '30 Ana asks for this conversation “I know this customer” Keep Pass it on, with the draft',
    );
    expect(wordsOf(bar({ asks: [{ ...ask, note: '' }, ask] }, false), 'seen')).toBe(
      '30 Ana asks for this conversation (and 1 more) Typing on keeps it. Keep Pass it on',
    );
  });

  it('is handed over to somebody who is not there, and mine until they take it', () => {
    const handOver = { to: ana, note: '', until: NOW + 50_000 };
    expect(wordsOf(<HandingOverBar lock={mine({ handOver })} acts={acts} />, 'seen')).toBe(
      'Offered to Ana Yours until they take it, 50 s left. Take it back',
    );
  });
});

describe('the idle ping', () => {
  const ping = (left: number) => (
    <PingBar deadline={NOW + left} grace={60_000} hasText onStay={nothing} onLetGo={nothing} />
  );

  it('asks, counts for the eye, and does not count aloud', () => {
    expect(wordsOf(ping(42_000), 'seen')).toContain(
      'Are you still working? Released in 42 s if not. Your text is kept.',
    );
    expect(wordsOf(ping(42_000), 'heard')).not.toMatch(/\d/);
    expect(wordsOf(ping(42_000), 'seen')).toContain('No, let it go Yes, still here');
  });

  it('speaks up at twenty and at ten seconds', () => {
    expect(wordsOf(ping(20_001), 'heard')).not.toContain('left to keep');
    expect(wordsOf(ping(20_000), 'heard')).toContain('Twenty seconds left to keep this conversation.');
    expect(wordsOf(ping(10_000), 'heard')).toContain('Ten seconds left to keep this conversation.');
  });
});

describe('the lock is lost', () => {
  const lost = (over: Partial<Of<'lost'>>, hasText = true) => (
    <LostBar
      lock={{ ...LOST, ...over }}
      actions={over.now === undefined ? ['acquire', 'dismiss'] : ['join', 'ask', 'dismiss']}
      hasText={hasText}
      problem={undefined}
      onTakeBack={nothing}
      acts={acts}
    />
  );

  it('says why, what is kept, and the way back', () => {
    const free = 'Released: you were idle Your text is kept. Nobody else has started. Take it back';
    expect(wordsOf(lost({}), 'seen')).toBe(free);
    expect(wordsOf(lost({}, false), 'seen')).toBe(
      'Released: you were idle Nobody else has started. Take it back',
    );
  });

  it('says who has it now', () => {
    const taken = lost({ reason: 'taken_over', now: { holder: ana }, by: ana, note: 'He is on the phone' });
    expect(wordsOf(taken, 'seen')).toBe(
      'Ana took this over “He is on the phone” Your text is kept. Ana is replying. Tell me when it’s free Ask for it',
    );
    expect(wordsOf(lost({ offeredTo: ana }), 'seen')).toContain('Offered to Ana.');
  });

  it('says that another tab of mine has it', () => {
    const lock: Of<'mine-elsewhere'> = {
      status: 'mine-elsewhere',
      ...alone,
      since: NOW,
      device: 'Firefox on Windows',
      idle: { phase: 'active' },
    };
    expect(
      wordsOf(
        <ElsewhereBar lock={lock} actions={['moveHere']} problem={undefined} onMove={nothing} />,
        'seen',
      ),
    ).toMatch(/^You are replying in another tab Since \d+:\d\d, in Firefox on Windows\. Move it here$/);
  });
});

describe('a reply was stopped', () => {
  const entry = { id: 'e', conversationId: 'c', position: 9, at: NOW - 5_000, body: 'x', author: ana };
  const stopped = (error: unknown, readOnly = false) => {
    const message = { kind: 'reply', state: 'failed', error } as Extract<
      OutgoingMessage,
      { state: 'failed' }
    >;
    const said = { banner: null, actions: [], answers: [], mayHandOver: false } as const;
    const can = { composer: 'editable', send: 'on', autosave: 'on', ...said } as const;
    const state = barState({ status: 'free', ...alone }, can, message);
    if (state === null || !('message' in state)) throw new Error('not a stopped state');
    const stop = { problem: undefined, discard: nothing, sendAnyway: nothing, forget: nothing } as Stop;
    return (
      <StoppedBar state={state} stop={stop} readOnly={readOnly} onTakeBack={nothing} onWrite={nothing} />
    );
  };

  it('by something new in the thread: send anyway, edit or discard', () => {
    const one = new LatchboxError('thread_moved_on', {
      newest: 9,
      entries: [{ ...entry, kind: 'message' } as never],
    });
    expect(wordsOf(stopped(one), 'seen')).toBe(
      'Ana wrote 5 s ago Yours was not sent. Read the new one first. Discard Send anyway Edit',
    );
    const two = new LatchboxError('thread_moved_on', {
      newest: 9,
      entries: [{ ...entry, kind: 'message' } as never, { ...entry, kind: 'note' } as never],
    });
    expect(wordsOf(stopped(two), 'seen')).toContain(
      'Ana left a note 5 s ago Yours was not sent. Read the new 2 first.',
    );
  });

  it('because a colleague had the lock: take it back or discard', () => {
    const answered = new LatchboxError('lock_lost', {
      reason: 'overtaken',
      holder: ana,
      entries: [{ ...entry, kind: 'reply' } as never],
    });
    expect(wordsOf(stopped(answered), 'seen')).toBe(
      'Ana answered 5 s ago Yours was not sent. Your text is kept. Discard Take it back',
    );
    const holding = new LatchboxError('lock_lost', { reason: 'overtaken', holder: ana, entries: [] });
    expect(wordsOf(stopped(holding), 'seen')).toContain('Ana is replying now');
  });

  it('for any other reason: in its words, tried again where that can help', () => {
    expect(wordsOf(stopped(new LatchboxError('not_connected', {})), 'seen')).toBe(
      'Not sent This inbox has nothing to send from. Your text is kept. Discard Edit',
    );
    expect(wordsOf(stopped(new LatchboxError('timeout', {})), 'seen')).toContain('Discard Try again Edit');
    const held = new LatchboxError('lock_held', { holder: ana, since: NOW });
    expect(wordsOf(stopped(held), 'seen')).toBe('Ana was faster Your text is kept. Discard Take it back');
  });
});

it('says without a connection whether sending is safe', () => {
  expect(wordsOf(<NetBar sendWaits />, 'seen')).toBe(
    'Reconnecting Keep writing. Send waits until this thread is current.',
  );
  expect(wordsOf(<NetBar sendWaits={false} />, 'seen')).toBe(
    'Reconnecting Your text is kept on this device. Nothing can be sent.',
  );
});
