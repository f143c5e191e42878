import { expect, test } from 'vitest';
import { lockViolations, violations } from './invariants.ts';
import { run } from './run.ts';

/** Seeds that once showed a fault. They stay. */
const KEPT: readonly number[] = [
  120, 136, 178, 181, 195, 203, 265, 287, 338, 416, 462, 475, 479, 520, 527, 586, 606, 753, 859, 1173, 1178,
  1255, 2106,
];

/** How many new seeds a run tries, and where it begins: LATCHBOX_FUZZ=1000 or LATCHBOX_SEED=4711. */
const count = Number(process.env.LATCHBOX_FUZZ ?? 60);
const begin = process.env.LATCHBOX_SEED === undefined ? undefined : Number(process.env.LATCHBOX_SEED);
const seeds =
  begin === undefined ? [...KEPT, ...Array.from({ length: count }, (_, index) => index + 1)] : [begin];

test(`${seeds.length} seeded runs end in agreement`, { timeout: 300_000 }, async () => {
  for (const seed of seeds) {
    const early: string[] = [];
    const result = await run(seed, 60, (now) => early.push(...lockViolations(now)));
    const wrong = [...early, ...violations(result)];
    expect(wrong, `seed ${seed}: LATCHBOX_SEED=${seed} shows it again. ${result.trace.join(' ')}`).toEqual(
      [],
    );
    for (const { client } of result.peers) void client.close();
    for (let time = 0; time < 4; time += 1) {
      await result.server.flush();
      await result.server.advance(10_000);
    }
    expect(result.server.pendingTimers, `seed ${seed}: timers that are left`).toBe(0);
  }
});
