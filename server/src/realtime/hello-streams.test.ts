import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RATES } from './rates.ts';
import {
  createWorld,
  LOG_EPOCH,
  type MemoryConnection,
  soon,
  type TestServer,
  type World,
} from './testing/world.ts';

let world: World;
let server: TestServer;
let anna: MemoryConnection;
beforeEach(async () => {
  world = await createWorld();
  server = world.server();
  anna = server.connect();
});
afterEach(() => world.close());

const at = (seq: number) => ({ logEpoch: LOG_EPOCH, seq });
const greet = (subscribe: Parameters<MemoryConnection['hello']>[1]) =>
  anna.hello(world.token('anna'), subscribe);

describe('a greeting that subscribes', () => {
  it('replays what follows a cursor after its answer, and goes on live', async () => {
    await world.append(12);
    let framesAtAnswer = -1;
    const greeted = greet({ subscribe: { streams: [{ stream: world.inbox, after: at(4) }], rest: false } });
    void greeted.then(() => {
      framesAtAnswer = anna.seqs(world.inbox).length;
    });
    const { streams } = await greeted;
    expect(streams).toMatchObject([
      { stream: world.inbox, ok: true, logEpoch: LOG_EPOCH, from: 4, head: 12, present: { total: 1 } },
    ]);
    await soon('the replay is through', () => anna.seqs(world.inbox).length === 8);
    expect(framesAtAnswer).toBe(0);
    await world.append(2);
    await soon('the live ones are there', () => anna.seqs(world.inbox).length === 10);
    expect(anna.seqs(world.inbox)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });

  it('with the rest brings everything the agent may see, its own stream from where its inboxes were read', async () => {
    await world.append(3);
    const { streams, asOf, inboxes } = await greet({ subscribe: { streams: [], rest: true } });
    const seen = inboxes.map(({ id }) => `inbox:${id}`);
    expect(streams?.map(({ stream }) => stream)).toEqual([`agent:${world.anna.id}`, ...seen]);
    expect(streams?.[0]).toMatchObject({ ok: true, from: asOf?.seq, present: null });
    expect(streams?.find(({ stream }) => stream === world.inbox)).toMatchObject({ from: 3, head: 3 });
    await world.append(1);
    await soon('the next one comes', () => anna.seqs(world.inbox).length === 1);
  });

  it('tries no more streams of others than may be asked for one by one, and its own in any case (C43)', async () => {
    const foreign = Array.from({ length: 999 }, (_, number) => ({
      stream: `inbox:foreign${number}` as const,
      after: null,
    }));
    const { streams } = await greet({
      subscribe: { streams: [...foreign, { stream: world.inbox, after: null }], rest: true },
    });
    const codes = (streams ?? []).map((line) => (line.ok ? 'ok' : line.error.code));
    const { burst } = DEFAULT_RATES.subscribe;
    expect(codes.filter((code) => code === 'not_found')).toHaveLength(burst);
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(999 - burst);
    expect(streams?.find(({ stream }) => stream === world.inbox)).toMatchObject({ ok: true });
    expect(streams?.find(({ stream }) => stream === `agent:${world.anna.id}`)).toMatchObject({ ok: true });
  });

  it('names what cannot be had in its own line, and brings the others', async () => {
    await world.append(2);
    const { streams } = await greet({
      subscribe: {
        streams: [
          { stream: world.inbox, after: { logEpoch: 'log_before_the_restore', seq: 1 } },
          { stream: 'agent:agt_somebody_else', after: null },
          { stream: 'inbox:ibx_nowhere', after: null },
          { stream: `agent:${world.anna.id}`, after: null },
        ],
        rest: false,
      },
    });
    expect(streams).toMatchObject([
      { ok: false, error: { code: 'resync' } },
      { ok: false, error: { code: 'not_found' } },
      { ok: false, error: { code: 'not_found' } },
      { ok: true },
    ]);
    const again = await anna.do('stream.subscribe', { stream: world.inbox, after: null });
    expect(again.head).toBe(2);
  });

  it('may be followed by an ordinary subscription, which begins again from its cursor', async () => {
    await world.append(5);
    await greet({ subscribe: { streams: [{ stream: world.inbox, after: null }], rest: false } });
    await anna.do('stream.subscribe', { stream: world.inbox, after: at(3) });
    await soon('two are told', () => anna.seqs(world.inbox).length === 2);
    await world.append(1);
    await soon('and the next once', () => anna.seqs(world.inbox).length === 3);
    expect(anna.seqs(world.inbox)).toEqual([4, 5, 6]);
  });

  it('leaves nothing behind when its connection is gone before the answer', async () => {
    anna.emit('hello', {
      protocol: 1,
      client: 'test/1',
      token: world.token('anna'),
      resume: null,
      device: 'x',
      subscribe: { streams: [], rest: true },
    });
    anna.close();
    await soon('nobody is connected', () => server.gateway.stats().connections === 0);
    await soon('no room is open', () => server.gateway.stats().rooms === 0);
  });
});
