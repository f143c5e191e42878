import { beforeEach, describe, expect, it } from 'vitest';
import { GATHER_MOST_MS, GATHER_MS, Gathering } from './gathering.ts';

let now: number;
let gathering: Gathering;
beforeEach(() => {
  now = 0;
  gathering = new Gathering({ monotonic: () => now });
});

/** A frame every `every` ms for some time, each of which takes `takes` ms to write. */
function write(seconds: number, { every, takes }: { every: number; takes: number }): void {
  for (let at = 0; at < seconds * 1_000; at += every) {
    gathering.writing(() => (now += takes));
    now += every - takes;
  }
}

describe('the window in which items gather', () => {
  it('is short while writing costs little', () => {
    write(10, { every: 50, takes: 3 });
    expect(gathering.ms).toBe(GATHER_MS);
  });

  it('grows while writing costs much, up to its most, and no longer', () => {
    write(1, { every: 20, takes: 6 });
    expect(gathering.ms).toBeGreaterThan(GATHER_MS);
    write(10, { every: 20, takes: 6 });
    expect(gathering.ms).toBe(GATHER_MOST_MS);
  });

  it('stays where it is while that is what writing may cost', () => {
    write(1, { every: 20, takes: 6 });
    write(1, { every: 50, takes: 3 });
    const grown = gathering.ms;
    expect(grown).toBeGreaterThan(GATHER_MS);
    expect(grown).toBeLessThan(GATHER_MOST_MS);
    write(5, { every: 50, takes: 3 });
    expect(gathering.ms).toBe(grown);
  });

  it('is short again when there is little to write', () => {
    write(5, { every: 20, takes: 6 });
    write(5, { every: 200, takes: 2 });
    expect(gathering.ms).toBe(GATHER_MS);
  });

  it('is short again with the first frame after a rest', () => {
    write(5, { every: 20, takes: 6 });
    now += 60_000;
    gathering.writing(() => undefined);
    expect(gathering.ms).toBe(GATHER_MS);
  });

  it('takes no notice of a burst', () => {
    for (let burst = 0; burst < 20; burst += 1) {
      write(0.06, { every: 20, takes: 15 });
      now += 900;
    }
    expect(gathering.ms).toBe(GATHER_MS);
  });
});
