/**
 * Commands and requests that are nearly right, from a seed. `HOSTILE_SEED` plays one again, `HOSTILE_RUNS` says how many of each
 * command and route. A seed that fails is printed; put it into `KEPT`.
 */

import { ERRORS, LatchboxError, type StreamId, UP } from '@latchbox/shared';
import { HTTP, type Route, type RouteName } from '@latchbox/shared/http/index';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { connectWire, type WireClient } from '../tools/wire-client.ts';
import { freshId } from './authorisation-sockets.ts';
import { bend, type Known, type Random, ODD, seeded, shapeOf, valid } from './fuzz.ts';
import { type Stage, startStage } from './stage.ts';

/** Seeds that found something once. */
const KEPT: readonly number[] = [];
const SEEDS = [Number(process.env.HOSTILE_SEED ?? Date.now() % 1_000_000_000), ...KEPT];
const RUNS = Number(process.env.HOSTILE_RUNS ?? 8);

let stage: Stage;
let known: Known;
beforeAll(async () => {
  stage = await startStage();
  known = {
    conversationId: [stage.conversation(0), stage.conversation(1), stage.foreign, 'cnv_nothere'],
    conversation: [stage.conversation(0), stage.conversation(1), stage.foreign],
    inbox: [stage.orders, stage.board, stage.codes.orders],
    inboxIds: [[stage.orders], [stage.board], []],
    // Not those whom the other tests here need: they may be deactivated.
    agent: [stage.id('rita'), stage.id('zoe')],
    assigneeId: [stage.id('ben'), stage.id('zoe'), null],
    to: [stage.id('ben'), null],
    stream: [`inbox:${stage.orders}` satisfies StreamId, `agent:${stage.id('ann')}` satisfies StreamId],
    until: [Date.now() + 60_000],
    url: ['https://x.example/'],
    email: ['x@shop.example'],
    address: ['x@shop.example'],
    body: ['A text', ...ODD.filter((odd) => typeof odd === 'string')],
    clientId: Array.from({ length: 40 }, () => freshId()),
    requestId: Array.from({ length: 40 }, () => freshId()),
    position: [1, 2],
    before: [1, 5],
    // Not one's own session, or the rest would be said into a closed connection.
    signOut: ['no'],
  };
});
afterAll(() => stage[Symbol.asyncDispose]());

/** Told once: what was sent, and what came back. */
interface Finding {
  readonly sent: string;
  readonly answer: string;
}

const short = (value: unknown): string => (JSON.stringify(value) ?? 'undefined').slice(0, 400);

async function fuzzSockets(seed: number): Promise<Finding[]> {
  const random = seeded(seed);
  const found: Finding[] = [];
  let client = await connectWire({ url: stage.url, token: stage.key('ann') });
  for (const [name, { input, delivery }] of Object.entries(UP)) {
    const shape = shapeOf(input);
    for (let run = 0; run < RUNS; run += 1) {
      const whole = valid(shape, random, known);
      const sent = run % 4 === 0 ? whole : bend(whole, random);
      if (!client.connected) client = await connectWire({ url: stage.url, token: stage.key('ann') });
      const code = await codeOf(client, name, sent, delivery === 'volatile');
      if (wrong(code)) found.push({ sent: `${name} ${short(sent)}`, answer: code });
    }
  }
  client.disconnect();
  return found;
}

/** What is not in the table, what is the server's own fault, and no answer at all. */
const wrong = (code: string): boolean =>
  code !== 'ok' && (!Object.hasOwn(ERRORS, code) || code === 'internal' || code === 'timeout');

async function codeOf(client: WireClient, name: string, sent: unknown, volatile: boolean): Promise<string> {
  if (volatile) client.signal(name as 'presence', sent as { state: 'active' });
  try {
    await client.call(name as 'presence', sent as { state: 'active' });
    return 'ok';
  } catch (error) {
    return LatchboxError.is(error) ? error.code : String(error);
  }
}

/** Sign-ins hash passwords, and one route waits for whole mails: they have tests of their own. */
const SLOW: ReadonlySet<string> = new Set<RouteName>(['signIn', 'setUp']);

async function fuzzRoutes(seed: number): Promise<Finding[]> {
  const random = seeded(seed);
  const found: Finding[] = [];
  for (const [name, route] of Object.entries(HTTP) as [RouteName, Route][]) {
    if (SLOW.has(name)) continue;
    const runs = Array.from({ length: Math.ceil(RUNS / 2) }, (_, run) => oneRequest(route, random, run));
    const answers = await Promise.all(
      runs.map(({ path, options }) => stage.ask(route.method, path, options)),
    );
    for (const [at, { status, text, code }] of answers.entries()) {
      // 431: an address that is too long is refused before anybody reads it.
      const fine = status === 431 || (status < 500 && !wrong(code));
      if (!fine)
        found.push({ sent: `${name} ${short(runs[at])}`, answer: `${status} ${text.slice(0, 200)}` });
    }
  }
  return found;
}

function oneRequest(route: Route, random: Random, run: number) {
  const part = (schema: z.ZodType): unknown => {
    const whole = valid(shapeOf(schema), random, known);
    return run % 3 > 0 && random.chance(0.5) ? bend(whole, random) : whole;
  };
  const params = part(route.params) as Readonly<Record<string, unknown>> | null;
  const query = part(route.query) as Readonly<Record<string, unknown>> | null;
  const text = (value: unknown): string =>
    (typeof value === 'string' ? value : short(value)).toWellFormed().slice(0, 500);
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(text(params?.[name]) || 'x'),
  );
  const search = new URLSearchParams(
    Object.entries(query ?? {}).map(([name, value]) => [name.slice(0, 100), text(value)]),
  ).toString();
  const body = route.hasBody && route.bytes === undefined ? { body: part(route.body) } : {};
  const bytes =
    route.bytes === undefined
      ? {}
      : { raw: text(random()), headers: { 'content-type': 'application/octet-stream' } };
  // Whoever may do everything finds more.
  const token = random.pick([stage.key('ada'), stage.key('ann'), stage.key('mona')]);
  return { path: `${path}${search === '' ? '' : `?${search}`}`, options: { token, ...body, ...bytes } };
}

describe.each(SEEDS.map((seed) => ({ seed })))('seed $seed', ({ seed }) => {
  test('commands get a code of the table, never internal, and the server lives', async () => {
    const found = await fuzzSockets(seed);
    expect(found, `HOSTILE_SEED=${seed}`).toEqual([]);
    await stage.alive();
  });

  test('requests get a code of the table, never internal, and the server lives', async () => {
    const found = await fuzzRoutes(seed);
    expect(found, `HOSTILE_SEED=${seed}`).toEqual([]);
    await stage.alive();
  });
});
