/** The races from eight processes, a few rounds of each; `npm run faults` runs all two hundred. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lockRace, MODES, type Mode, type RaceTrack, sendRace, startTrack, twinRace } from './races.ts';

const ROUNDS = Number(process.env.RACE_ROUNDS ?? 15);

describe.each(Object.keys(MODES) as Mode[])('%s', (mode) => {
  let track: RaceTrack;
  beforeAll(async () => {
    track = await startTrack(mode);
  });
  afterAll(() => track[Symbol.asyncDispose]());

  test('of 100 agents one gets the conversation, and every other is told the right holder', async () => {
    const result = await track.run((world, crew) => lockRace(world, crew, ROUNDS));
    expect(result).toMatchObject({ grants: ROUNDS, toldRightHolder: 99 * ROUNDS });
  });

  test('of 50 sends with stale, forged and stolen fences at most the holder’s is stored', async () => {
    const result = await track.run((world, crew) => sendRace(world, crew, ROUNDS));
    expect(result.stored).toBe(Math.floor(ROUNDS / 2));
    expect(result.refused).toBe(50 * ROUNDS - result.stored);
  });

  test('the same client id 20 times in parallel is one message with twenty identical answers', async () => {
    const result = await track.run((world, crew) => twinRace(world, crew, ROUNDS));
    expect(result.answers).toBe(40 * ROUNDS);
  });
});
