import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Hints } from '../hints.ts';

export interface HintsUnderTest {
  readonly here: Hints;
  /** Another server's. In one process both are the same. */
  readonly there: Hints;
  /** Resolves when everything that was subscribed is in force. */
  readonly settled: () => Promise<void>;
  /** Resolves when everything that was published has arrived. */
  readonly arrived: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What every form of hints keeps. Run it once for each: `start` is called before each test. */
export function hintsContract(name: string, start: () => Promise<HintsUnderTest>): void {
  describe(`hints ${name}`, () => {
    let open: HintsUnderTest | undefined;
    const given = (): HintsUnderTest => {
      if (open === undefined) throw new Error('not started');
      return open;
    };
    beforeEach(async () => {
      open = await start();
    });
    afterEach(async () => {
      await open?.close();
      open = undefined;
    });
    delivering(given);
    subscribing(given);
  });
}

type Given = () => HintsUnderTest;

/** Gathers what a channel brings. */
function listen(hints: Hints, channel: string): { readonly got: unknown[]; readonly end: () => void } {
  const got: unknown[] = [];
  const end = hints.subscribe(channel, (message) => void got.push(message));
  return { got, end };
}

function delivering(given: Given): void {
  test('every subscriber on every server gets each message exactly once, in order', async () => {
    const { here, there, settled, arrived } = given();
    const all = [listen(here, 'wake'), listen(here, 'wake'), listen(there, 'wake')];
    await settled();
    const sent = Array.from({ length: 100 }, (_, at) => ({ stream: `inbox:${at}`, deep: [at, null, 'ü'] }));
    for (const message of sent) here.publish('wake', message);
    await arrived();
    for (const { got } of all) expect(got).toEqual(sent);
  });

  test('both servers are heard, each message once', async () => {
    const { here, there, settled, arrived } = given();
    const all = [listen(here, 'wake'), listen(there, 'wake')];
    await settled();
    here.publish('wake', 'from here');
    there.publish('wake', 'from there');
    await arrived();
    for (const { got } of all) expect(got.map(String).sort()).toEqual(['from here', 'from there']);
  });

  test('a subscriber of the same process has the message when publish returns', async () => {
    const { here } = given();
    const { got } = listen(here, 'wake');
    here.publish('wake', 'now');
    expect(got).toEqual(['now']);
  });

  test('what a subscriber publishes while it receives comes after the message, for everybody', async () => {
    const { here } = given();
    here.subscribe('wake', (message) => {
      if (message === 'question') here.publish('wake', 'answer');
    });
    const { got } = listen(here, 'wake');
    here.publish('wake', 'question');
    expect(got).toEqual(['question', 'answer']);
  });

  test('a subscriber that throws keeps nobody else from the message', async () => {
    const { here, there, settled, arrived } = given();
    for (const hints of [here, there]) {
      hints.subscribe('wake', () => {
        throw new Error('broken');
      });
    }
    const all = [listen(here, 'wake'), listen(there, 'wake')];
    await settled();
    here.publish('wake', 'still');
    await arrived();
    for (const { got } of all) expect(got).toEqual(['still']);
  });
}

function subscribing(given: Given): void {
  test('channels are apart', async () => {
    const { here, there, settled, arrived } = given();
    const wake = listen(there, 'wake');
    const revoke = listen(there, 'revoke');
    await settled();
    here.publish('wake', 1);
    here.publish('revoke', 2);
    here.publish('nobody', 3);
    await arrived();
    expect([wake.got, revoke.got]).toEqual([[1], [2]]);
  });

  test('a subscription that has ended brings nothing more; the others go on', async () => {
    const { here, there, settled, arrived } = given();
    const ended = listen(there, 'wake');
    const kept = listen(there, 'wake');
    const local = listen(here, 'wake');
    await settled();
    ended.end();
    ended.end();
    local.end();
    here.publish('wake', 'more');
    await arrived();
    expect([ended.got, kept.got, local.got]).toEqual([[], ['more'], []]);
    kept.end();
    await settled();
    const again = listen(there, 'wake');
    await settled();
    here.publish('wake', 'again');
    await arrived();
    expect([kept.got, again.got]).toEqual([['more'], ['again']]);
  });

  test('the same function subscribed twice receives twice and ends one by one', async () => {
    const { here } = given();
    const got: unknown[] = [];
    const receive = (message: unknown): void => void got.push(message);
    const end = here.subscribe('wake', receive);
    here.subscribe('wake', receive);
    here.publish('wake', 1);
    end();
    here.publish('wake', 2);
    expect(got).toEqual([1, 1, 2]);
  });
}
