import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Leases } from '../leases.ts';

export interface LeasesUnderTest {
  /** As two servers see them. */
  readonly here: Leases;
  readonly there: Leases;
  /** Resolves when a lease that was asked for with `ttl` must have ended. */
  readonly over: (key: string, ttl: number) => Promise<void>;
  /** Moves the wall clocks of both servers. */
  readonly jump: (ms: number) => void;
  /** The keys of the leases that the store holds. */
  readonly stored: () => Promise<string[]>;
  readonly close: () => Promise<void>;
}

const LONG = 60_000;
const SHORT = 150;

/** What every form of leases keeps. Run it once for each: `start` is called before each test. */
export function leasesContract(name: string, start: () => Promise<LeasesUnderTest>): void {
  describe(`leases ${name}`, () => {
    let held: LeasesUnderTest | undefined;
    const given = (): LeasesUnderTest => {
      if (held === undefined) throw new Error('not started');
      return held;
    };
    beforeEach(async () => {
      held = await start();
    });
    afterEach(async () => {
      await held?.close();
      held = undefined;
    });
    granting(given);
    extending(given);
    ending(given);
    restoring(given);
    checking(given);
    timing(given);
  });
}

type Given = () => LeasesUnderTest;

/** Takes a lease that must be free. */
async function take(leases: Leases, key: string, ttl = LONG): Promise<string> {
  const answer = await leases.acquire(key, ttl);
  if (answer.status !== 'granted') throw new Error(`${key} is held under ${answer.token}`);
  return answer.token;
}

function granting(given: Given): void {
  test('of many who ask at the same instant one gets the lease, and the others are told its token', async () => {
    const { here, there } = given();
    for (let round = 0; round < 10; round += 1) {
      const asked = Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? here : there).acquire(`race-${round}`, LONG),
      );
      const answers = await Promise.all(asked);
      const granted = answers.filter((answer) => answer.status === 'granted');
      expect(granted).toHaveLength(1);
      expect(new Set(answers.map((answer) => answer.token))).toEqual(new Set([granted[0]?.token]));
    }
  });

  test('a refusal names the token that stands there, and every grant has its own', async () => {
    const { here, there } = given();
    const token = await take(here, 'a');
    expect(await there.acquire('a', LONG)).toEqual({ status: 'held', token });
    expect(await here.acquire('a', LONG)).toEqual({ status: 'held', token });
    expect(await take(there, 'b')).not.toBe(token);
  });

  test('a lease ends with its time to live, and then somebody else can have it', async () => {
    const { here, there, over } = given();
    const token = await take(here, 'a', SHORT);
    await over('a', SHORT);
    expect(await take(there, 'a')).not.toBe(token);
  });
}

function extending(given: Given): void {
  test('another server extends and releases a lease by its stored token alone', async () => {
    const { here, there } = given();
    const token = await take(here, 'a');
    expect(await there.extend('a', token, LONG)).toBe('extended');
    expect(await there.release('a', token)).toBe('released');
    expect(await here.extend('a', token, LONG)).toBe('gone');
  });

  test('an extended lease lasts for its new time to live', async () => {
    const { here, there, over } = given();
    const token = await take(here, 'a', SHORT);
    expect(await here.extend('a', token, LONG)).toBe('extended');
    await take(here, 'beside', SHORT);
    await over('beside', SHORT);
    expect(await there.acquire('a', LONG)).toEqual({ status: 'held', token });
  });

  test('extend is refused when the lease has ended', async () => {
    const { here, over, stored } = given();
    const token = await take(here, 'a', SHORT);
    await over('a', SHORT);
    expect(await here.extend('a', token, LONG)).toBe('gone');
    expect(await stored()).toEqual([]);
  });

  test("extend is refused when the lease is somebody else's by now, and theirs stays as it was", async () => {
    const { here, there, over } = given();
    const old = await take(here, 'a', SHORT);
    await over('a', SHORT);
    const token = await take(there, 'a', SHORT);
    expect(await here.extend('a', old, LONG)).toBe('gone');
    await over('a', SHORT);
    expect(await there.extend('a', token, LONG)).toBe('gone');
  });
}

function ending(given: Given): void {
  test('a released lease does not come back: no resurrection by its old token', async () => {
    const { here, there, stored } = given();
    const token = await take(here, 'a');
    expect(await here.release('a', token)).toBe('released');
    expect(await there.extend('a', token, LONG)).toBe('gone');
    expect(await here.release('a', token)).toBe('gone');
    expect(await stored()).toEqual([]);
  });

  test('release checks the token: with any other one nothing happens', async () => {
    const { here, there } = given();
    const token = await take(here, 'a');
    expect(await there.release('a', 'another')).toBe('gone');
    expect(await there.release('free', token)).toBe('gone');
    expect(await there.acquire('a', LONG)).toEqual({ status: 'held', token });
  });

  test('when everybody has released nothing is left', async () => {
    const { here, there, stored } = given();
    const tokens = await Promise.all(['a', 'b', 'c'].map((key) => take(here, key)));
    expect(await stored()).toEqual(['a', 'b', 'c']);
    await Promise.all(['a', 'b', 'c'].map((key, index) => there.release(key, tokens[index] ?? '')));
    expect(await stored()).toEqual([]);
  });
}

function restoring(given: Given): void {
  test('restore takes a free lease under the known token', async () => {
    const { here, there } = given();
    expect(await here.restore('a', 'known', LONG)).toBe('restored');
    expect(await there.acquire('a', LONG)).toEqual({ status: 'held', token: 'known' });
    expect(await there.extend('a', 'known', LONG)).toBe('extended');
    expect(await there.release('a', 'known')).toBe('released');
  });

  test('restore extends its own lease', async () => {
    const { here, there, over } = given();
    const token = await take(here, 'a', SHORT);
    expect(await there.restore('a', token, LONG)).toBe('restored');
    await take(here, 'beside', SHORT);
    await over('beside', SHORT);
    expect(await here.acquire('a', LONG)).toEqual({ status: 'held', token });
  });

  test("restore is refused by somebody else's lease", async () => {
    const { here, there } = given();
    const token = await take(here, 'a');
    expect(await there.restore('a', 'known', LONG)).toBe('held');
    expect(await there.acquire('a', LONG)).toEqual({ status: 'held', token });
  });
}

function checking(given: Given): void {
  test('check tells leases that stand from those that are gone or under another token', async () => {
    const { here, there, over } = given();
    const token = await take(here, 'a');
    const short = await take(here, 'short', SHORT);
    await over('short', SHORT);
    const asked = [
      { key: 'a', token },
      { key: 'a', token: 'another' },
      { key: 'short', token: short },
      { key: 'never', token },
    ];
    expect(await there.check(asked)).toEqual(['held', 'gone', 'gone', 'gone']);
    expect(await there.check([])).toEqual([]);
  });
}

function timing(given: Given): void {
  test.each([
    ['on', 3_600_000],
    ['back', -3_600_000],
  ])('a jump of the wall clock by an hour %s changes nothing', async (_, hour) => {
    const { here, there, jump, over } = given();
    const token = await take(here, 'a');
    const short = await take(here, 'short', SHORT);
    jump(hour);
    expect(await there.check([{ key: 'a', token }])).toEqual(['held']);
    expect(await there.acquire('a', LONG)).toEqual({ status: 'held', token });
    expect(await here.extend('a', token, LONG)).toBe('extended');
    await over('short', SHORT);
    expect(await there.extend('short', short, LONG)).toBe('gone');
    expect(await here.release('a', token)).toBe('released');
    expect(await there.release('a', await take(there, 'a'))).toBe('released');
  });
}
