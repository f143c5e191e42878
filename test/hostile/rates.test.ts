/** C43 and the rate classes: each class has its limit over both ways in, says when to come again, and takes the caller then. */

import { type RateClass, UP, type UpName } from '@latchbox/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_RATES } from '../../server/src/realtime/rates.ts';
import { eventually } from '../tools/eventually.ts';
import { connectWire, type WireClient } from '../tools/wire-client.ts';
import { freshId } from './authorisation-sockets.ts';
import { openRaw } from './raw-socket.ts';
import { type PersonName, type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ env: { RATE_LIMIT_FACTOR: '1' } });
});
afterAll(() => stage[Symbol.asyncDispose]());

/** A command of each class that changes nothing, and who says it: limits are an agent's as well. */
const SAID: Readonly<Record<RateClass, { name: UpName; input: () => object; who: PersonName }>> = {
  hello: { name: 'auth.refresh', input: () => ({ token: 'none' }), who: 'ann' },
  read: { name: 'conversation.list', input: () => ({ filter: {}, after: null, limit: 1 }), who: 'ann' },
  write: { name: 'conversation.mark', input: () => ({ conversationId: 'cnv_none', read: 1 }), who: 'mona' },
  lock: { name: 'lock.stay', input: () => ({ conversationId: 'cnv_none', fence: 1 }), who: 'ada' },
  subscribe: { name: 'stream.unsubscribe', input: () => ({ stream: 'inbox:none' }), who: 'zoe' },
  signal: { name: 'presence', input: () => ({ state: 'active' }), who: 'rita' },
};

interface Told {
  readonly code: string;
  readonly retryAfterMs: number;
}

async function say(client: WireClient, { name, input }: (typeof SAID)[RateClass]): Promise<Told> {
  try {
    await client.call(name as 'presence', input() as { state: 'active' });
    return { code: 'ok', retryAfterMs: 0 };
  } catch (error) {
    const { code, details } = error as { code: string; details: { retryAfterMs?: number } };
    return { code, retryAfterMs: details.retryAfterMs ?? 0 };
  }
}

describe('over sockets', () => {
  test('every class of the contract is tried', () => {
    const classes = new Set(Object.values(UP).map(({ rate }) => rate));
    expect([...classes].filter((rate) => SAID[rate] === undefined)).toEqual([]);
  });

  test.each(Object.keys(SAID) as RateClass[])(
    '%s: what is too much is refused until its time is up',
    async (rate) => {
      const { who } = SAID[rate];
      await using client = await connectWire({ url: stage.url, token: stage.key(who) });
      const { burst, perSecond } = DEFAULT_RATES[rate];
      // In pieces: no more than a hundred may wait for their answers.
      const answers: Told[] = [];
      while (answers.length < 4_000 && !answers.some(({ code }) => code === 'rate_limited'))
        answers.push(...(await Promise.all(Array.from({ length: 90 }, () => say(client, SAID[rate])))));
      const refused = answers.filter(({ code }) => code === 'rate_limited');
      expect(answers.length - refused.length).toBeGreaterThanOrEqual(burst - 1);
      expect(refused.length).toBeGreaterThan(0);
      const longest = Math.max(...refused.map(({ retryAfterMs }) => retryAfterMs));
      expect(Math.min(...refused.map(({ retryAfterMs }) => retryAfterMs))).toBeGreaterThan(0);
      expect(longest).toBeLessThanOrEqual(Math.ceil(1_000 / perSecond) + 1);
      // Taken again when it said, on this very connection.
      await eventually(
        'it is taken again',
        async () => (await say(client, SAID[rate])).code !== 'rate_limited',
        longest + 2_000,
      );
      expect(client.connected).toBe(true);
    },
  );

  test('an agent with many connections has no more than four times as much, and others are not held up', async () => {
    const clients = await Promise.all(
      Array.from({ length: 5 }, () => connectWire({ url: stage.url, token: stage.key('emb') })),
    );
    const { burst, perSecond } = DEFAULT_RATES.write;
    const start = performance.now();
    const answers = await Promise.all(
      clients.flatMap((client) => Array.from({ length: 80 }, () => say(client, SAID.write))),
    );
    const taken = answers.filter(({ code }) => code !== 'rate_limited').length;
    const seconds = (performance.now() - start) / 1_000;
    expect(taken).toBeLessThanOrEqual(4 * (burst + perSecond * seconds) + 4);
    expect(answers.some(({ code }) => code === 'rate_limited')).toBe(true);
    await using other = await connectWire({ url: stage.url, token: stage.key('ben') });
    expect((await say(other, SAID.write)).code).toBe('not_found');
    for (const client of clients) client.disconnect();
  });

  test('hellos of one agent are limited, the connection is let go, and says when to come again', async () => {
    const hellos = await Promise.allSettled(
      Array.from({ length: 60 }, () => connectWire({ url: stage.url, token: stage.key('bot') })),
    );
    const refused = hellos.flatMap((one) =>
      one.status === 'rejected' ? [one.reason as { code: string; details: { retryAfterMs?: number } }] : [],
    );
    for (const one of hellos) if (one.status === 'fulfilled') one.value.disconnect();
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['rate_limited']));
    expect(Math.min(...refused.map(({ details }) => details.retryAfterMs ?? 0))).toBeGreaterThan(0);
    await using ben = await connectWire({ url: stage.url, token: stage.key('ben') });
    expect(ben.connected).toBe(true);
  });

  test('more commands than may wait are refused, not kept', async () => {
    await using client = await connectWire({ url: stage.url, token: stage.key('gone') });
    const start = performance.now();
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => say(client, SAID.read)));
    const seconds = (performance.now() - start) / 1_000;
    const refused = answers.filter(({ code }) => code === 'rate_limited');
    const { burst, perSecond } = DEFAULT_RATES.read;
    expect(refused.length).toBeGreaterThanOrEqual(1_000 - burst - perSecond * seconds - 1);
    expect(answers.every(({ code }) => code === 'ok' || code === 'rate_limited')).toBe(true);
  });
});

describe('over REST', () => {
  const many = async (count: number, ask: (at: number) => ReturnType<Stage['ask']>) => {
    const answers = [];
    for (let at = 0; at < count; at += 100)
      answers.push(...(await Promise.all(Array.from({ length: 100 }, (_, more) => ask(at + more)))));
    return answers;
  };

  test('a class of an agent has its limit, with Retry-After, and the others of the agent have theirs', async () => {
    const token = stage.key('zoe');
    const path = '/api/conversations/cnv_none/read';
    const answers = await many(700, () => stage.ask('PUT', path, { token, body: { read: 1 } }));
    expect(answers.filter(({ code }) => code === 'not_found')).toHaveLength(600);
    const [refused] = answers.filter(({ code }) => code === 'rate_limited');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused?.error?.details).toMatchObject({ retryAfterMs: expect.any(Number) });
    expect((await stage.ask('GET', '/api/me', { token })).code).toBe('ok');
    expect((await stage.ask('PUT', path, { token: stage.key('ben'), body: { read: 1 } })).code).toBe(
      'not_found',
    );
  });

  test('whoever has no token is counted by address, whatever a header says it is (C17)', async () => {
    const answers = await many(700, (at) =>
      stage.ask('GET', '/api/set-up', {
        headers: { 'x-forwarded-for': `203.0.113.${at % 250}`, forwarded: `for=198.51.100.${at % 250}` },
      }),
    );
    expect(answers.filter(({ code }) => code === 'rate_limited').length).toBeGreaterThanOrEqual(100);
    // Who has one is another caller, and health is for everybody.
    expect((await stage.ask('GET', '/api/me', { token: stage.key('ann') })).code).toBe('ok');
    expect((await stage.ask('GET', '/health/live')).code).toBe('ok');
  });

  test('tokens are not guessed: too many wrong ones of one address are refused, right ones are not', async () => {
    const answers = await many(200, () => stage.ask('GET', '/api/me', { token: `lbk_${freshId()}` }));
    expect(answers.filter(({ code }) => code === 'unauthenticated').length).toBeLessThanOrEqual(120);
    expect(answers.some(({ code }) => code === 'rate_limited')).toBe(true);
    expect((await stage.ask('GET', '/api/me', { token: stage.key('ann') })).code).toBe('ok');
  });

  test('upgrades of pages that nobody let in cost no good page its own', async () => {
    const headers = ['Origin: https://evil.example'];
    const answers = await Promise.all(
      Array.from({ length: 200 }, async () => {
        using raw = await openRaw(stage.url, { headers });
        return raw.answer;
      }),
    );
    expect(new Set(answers)).toEqual(new Set(['HTTP/1.1 403 Forbidden']));
    // Some of it is written down, and how much was left out.
    const told = stage.world.server().lines.filter((line) => line.includes('refused at the upgrade'));
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(150);
    await stage.alive();
  });
});
