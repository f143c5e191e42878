import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../lib/manual-clock.ts';
import { FRAME_ITEMS, FRAME_LENGTH, framesOf } from './frame.ts';
import { FrameGate } from './frame-gate.ts';

let clock: ManualClock;
let frames: string[][];
let gate: FrameGate;
beforeEach(() => {
  clock = new ManualClock();
  frames = [];
  gate = new FrameGate(clock, { ms: 16 }, (items) => frames.push([...items]));
});

describe('a frame gate', () => {
  it('lets the first items go as soon as the running code is done', async () => {
    gate.add('a');
    gate.add('b');
    expect(frames).toEqual([]);
    await Promise.resolve();
    expect(frames).toEqual([['a', 'b']]);
    expect(clock.pending).toBe(0);
  });

  it('gathers what comes within the window after a frame', async () => {
    gate.add('a');
    await Promise.resolve();
    await clock.advance(4);
    gate.add('b');
    gate.add('c');
    await clock.advance(11);
    expect(frames).toEqual([['a']]);
    await clock.advance(1);
    expect(frames).toEqual([['a'], ['b', 'c']]);
    await clock.advance(100);
    gate.add('d');
    await Promise.resolve();
    expect(frames.at(-1)).toEqual(['d']);
  });

  it('never keeps more than one frame holds', () => {
    for (let each = 0; each < FRAME_ITEMS + 1; each += 1) gate.add('x');
    expect(frames.map((items) => items.length)).toEqual([FRAME_ITEMS]);
    gate.add('y'.repeat(FRAME_LENGTH));
    expect(frames.map((items) => items.length)).toEqual([FRAME_ITEMS, 2]);
  });

  it('flushes once, whatever was scheduled', async () => {
    gate.add('a');
    gate.flush();
    gate.flush();
    await Promise.resolve();
    expect(frames).toEqual([['a']]);
    gate.add('b');
    gate.flush();
    expect(clock.pending).toBe(0);
    expect(frames).toEqual([['a'], ['b']]);
  });

  it('forgets what has not left when it is closed', async () => {
    gate.add('a');
    gate.close();
    await clock.advance(100);
    expect(frames).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

describe('frames of a replay', () => {
  it('keep to both limits and lose nothing', () => {
    const items = Array.from({ length: 1_001 }, (_, index) =>
      JSON.stringify({ index, text: 'x'.repeat(index * 3) }),
    );
    const frames = [...framesOf(items)];
    const told = frames.flatMap(
      ({ frame }) => (JSON.parse(frame.json) as { items: { index: number }[] }).items,
    );
    expect(told.map(({ index }) => index)).toEqual(items.map((_, index) => index));
    for (const { frame, count } of frames) {
      expect(count).toBeLessThanOrEqual(FRAME_ITEMS);
      expect(frame.json.length).toBeLessThan(FRAME_LENGTH + 5_000);
    }
    expect([...framesOf([])]).toEqual([]);
  });
});
