import { LatchboxError, type LatchboxClient, type LockState, type OutgoingMessage } from '@latchbox/client';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { ClientContext } from '../app/client.ts';
import { barState } from './bar-state.ts';
import { ElsewhereBar, LostBar, ReservedBar, TheirsBar } from './lock-bars.tsx';
import { NetBar } from './net-bar.tsx';
import { PingBar } from './ping-bar.tsx';
import { StoppedBar } from './stopped-bars.tsx';
import type { Stop } from './use-stopped.ts';

type Of<S extends LockState['status']> = Extract<LockState, { status: S }>;

const NOW = 1_900_000_000_000;
const ana = { id: 'ana', name: 'Ana Brandt' };
const nothing = (): void => {};

/** The words of a bar as they are read: without what only the eye gets (`aria-hidden`), or without what only the ear gets. */
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
  const bar = (lock: Of<'theirs'>) => <TheirsBar lock={lock} idleGrace={60_000} reconnectGrace={10_000} />;

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
    const lock: Of<'reserved'> = { status: 'reserved', ...alone, for: ana, until: NOW };
    expect(wordsOf(<ReservedBar lock={lock} />, 'seen')).toContain('Offered to Ana');
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
      actions={over.now === undefined ? ['acquire', 'dismiss'] : ['dismiss']}
      hasText={hasText}
      problem={undefined}
      onTakeBack={nothing}
      onDismiss={nothing}
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
    const taken = lost({ reason: 'taken_over', now: { holder: ana } });
    expect(wordsOf(taken, 'seen')).toBe(
      'Ana took this over Your text is kept. Ana is replying. Leave a note',
    );
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
