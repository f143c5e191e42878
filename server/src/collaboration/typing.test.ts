import { Frame, type DownItem } from '@latchbox/shared';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryHints } from '../cluster/hints-memory.ts';
import { createMemoryRegistry } from '../cluster/registry-memory.ts';
import { silentLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { createPresence } from './presence.ts';
import { createTyping, type Typing } from './typing.ts';

const EXPIRES = 6_000;
const ana = { id: 'agt_ana', name: 'Ana' };
const ben = { id: 'agt_ben', name: 'Ben' };
const here = { inboxId: 'ibx', conversationId: 'cnv_1' };

let clock: ManualClock;
let hints: ReturnType<typeof createMemoryHints>;
let registry: ReturnType<typeof createMemoryRegistry>;
let told: Map<string, DownItem[]>;
let servers: Typing[];

function server(serverId: string): Typing {
  const items: DownItem[] = [];
  told.set(serverId, items);
  const emit = (inboxId: string, item: DownItem) => {
    expect(item).toMatchObject({ inboxId });
    items.push(...Frame.parse({ items: [item] }).items);
  };
  const typing = createTyping({ registry, hints, clock, serverId, emit, expiresAfter: EXPIRES });
  typing.start();
  servers.push(typing);
  return typing;
}

/** What a server's sockets were told since the last look, short. */
function news(serverId: string): string[] {
  const items = told.get(serverId)?.splice(0) ?? [];
  return items.map((item) =>
    item.t === 'typing' ? `${item.person.name} ${item.kind} until ${item.until - clock.now()}` : item.t,
  );
}

beforeEach(() => {
  clock = new ManualClock();
  hints = createMemoryHints();
  registry = createMemoryRegistry(clock);
  told = new Map();
  servers = [];
});
afterEach(async () => {
  for (const one of servers) await one.close();
  expect(clock.pending).toBe(0);
});

test('typing is told at once to the sockets of every server, once each', () => {
  const one = server('srv_1');
  server('srv_2');
  one.signal('ses_1', ana, here, 'reply');
  one.signal('ses_1', ana, here, 'note');
  for (const id of ['srv_1', 'srv_2'])
    expect(news(id)).toEqual([`Ana reply until ${EXPIRES}`, `Ana note until ${EXPIRES}`]);
});

test('who opens the conversation later, on another server, sees who is typing', async () => {
  const one = server('srv_1');
  one.signal('ses_1', ana, here, 'reply');
  const two = server('srv_2');
  expect(await two.typistsIn('cnv_1')).toEqual([
    { person: ana, kind: 'reply', until: clock.now() + EXPIRES },
  ]);
  const presence = createPresence({
    registry,
    hints,
    clock,
    log: silentLog,
    serverId: 'srv_2',
    emit: () => undefined,
    beat: 10_000,
  });
  expect((await presence.snapshot('ibx')).conversations).toEqual([
    { conversationId: 'cnv_1', viewers: [], typists: await two.typistsIn('cnv_1') },
  ]);
  await presence.close();
});

test('typing ends by itself, without a word to anybody', async () => {
  const one = server('srv_1');
  one.signal('ses_1', ana, here, 'reply');
  await clock.advance(EXPIRES - 1);
  expect(await one.typistsIn('cnv_1')).toHaveLength(1);
  news('srv_1');
  await clock.advance(1);
  expect(await one.typistsIn('cnv_1')).toEqual([]);
  one.stopped(ana, here);
  one.gone('ses_1');
  expect(news('srv_1')).toEqual([]);
});

test('a stop is told to every server, and only when there was something to stop', async () => {
  const one = server('srv_1');
  server('srv_2');
  one.stopped(ana, here);
  one.signal('ses_1', ana, here, 'reply');
  one.signal('ses_2', ben, here, 'note');
  one.stopped(ana, here);
  one.stopped(ana, here);
  expect(news('srv_2').slice(2)).toEqual(['Ana null until 0']);
  expect((await one.typistsIn('cnv_1')).map((typist) => typist.person)).toEqual([ben]);
});

test('a session that is gone types nowhere', async () => {
  const one = server('srv_1');
  server('srv_2');
  one.signal('ses_1', ana, here, 'reply');
  one.signal('ses_1', ana, { inboxId: 'other', conversationId: 'cnv_2' }, 'reply');
  news('srv_2');
  one.gone('ses_1');
  one.gone('ses_1');
  expect(news('srv_2')).toEqual(['Ana null until 0', 'Ana null until 0']);
  expect(await one.typistsIn('cnv_1')).toEqual([]);
  expect(await one.typistsIn('cnv_2')).toEqual([]);
});

test('a tab that goes does not stop what the same person types in another tab', async () => {
  const one = server('srv_1');
  one.signal('ses_1', ana, here, 'reply');
  one.signal('ses_2', ana, here, 'reply');
  news('srv_1');
  one.gone('ses_1');
  expect(news('srv_1')).toEqual([]);
  expect(await one.typistsIn('cnv_1')).toHaveLength(1);
  one.gone('ses_2');
  expect(news('srv_1')).toEqual(['Ana null until 0']);
});

test('a jump of the wall clock leaves no typist behind', async () => {
  const one = server('srv_1');
  one.signal('ses_1', ana, here, 'reply');
  clock.jump(-3_600_000);
  await clock.advance(EXPIRES);
  expect(await one.typistsIn('cnv_1')).toEqual([]);
});
