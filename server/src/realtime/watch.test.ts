import { describe, expect, it } from 'vitest';
import { silentLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { startWatch } from './watch.ts';

describe('a watch', () => {
  it('does every task once each time, also when another fails, and tells of that once a minute', async () => {
    const clock = new ManualClock();
    const warned: unknown[] = [];
    const done: string[] = [];
    const log = {
      ...silentLog,
      warn: (_message: string, fields?: Record<string, unknown>) => warned.push(fields?.['look']),
    };
    const watch = startWatch({ clock, log }, 1_000, {
      first: () => Promise.reject(new Error('away')),
      second: () => void done.push('second'),
      third: async () => void done.push('third'),
    });
    await clock.advance(3_000);
    expect(done).toEqual(['second', 'third', 'second', 'third', 'second', 'third']);
    expect(warned).toEqual(['first']);
    await clock.advance(60_000);
    expect(warned).toEqual(['first', 'first']);
    watch.close();
    expect(clock.pending).toBe(0);
  });

  it('never does a round beside another, and nothing after it is closed', async () => {
    const clock = new ManualClock();
    let running = 0;
    let most = 0;
    const gates: (() => void)[] = [];
    const watch = startWatch({ clock, log: silentLog }, 1_000, {
      slow: async () => {
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => gates.push(resolve));
        running -= 1;
      },
    });
    await clock.advance(5_000);
    expect([most, gates.length]).toEqual([1, 1]);
    gates[0]?.();
    await clock.advance(1_000);
    expect(gates).toHaveLength(2);
    watch.close();
    gates[1]?.();
    await clock.advance(5_000);
    expect(gates).toHaveLength(2);
  });
});
