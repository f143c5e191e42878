import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MemoryConnection } from './testing/world.ts';
import { createWorld, soon, type TestServer, type World } from './testing/world.ts';

let world: World;
let server: TestServer;
let anna: MemoryConnection;
beforeEach(async () => {
  world = await createWorld();
  server = world.server();
  anna = await server.join('anna');
});
afterEach(() => world.close());

const list = { filter: {}, after: null, limit: 10 };

describe('what a client may say', () => {
  it.each(['base', 'constructor', '__proto__', 'toString', 'hasOwnProperty', '', 7, null])(
    'knows no command %j (C01)',
    async (name) => {
      const error = await anna.refused(name, {});
      expect(error).toMatchObject({ code: 'unknown_event' });
      expect(error.requestId).toMatch(/^req_/);
      expect(anna.closed).toBe(false);
    },
  );

  it('does a command without an acknowledgement (C07)', async () => {
    await anna.do('stream.subscribe', { stream: world.inbox, after: null });
    anna.emit('note.add', {
      conversationId: world.conversationId,
      clientId: 'no-answer-1',
      body: 'Still here.',
    });
    const told = await anna.item('event', ({ event }) => event.data.type === 'entry.added');
    expect(told.event.data).toMatchObject({ entry: { kind: 'note', body: 'Still here.' } });
  });

  it('refuses more than one argument, none, and arguments that are no object (C07)', async () => {
    expect((await anna.refused('conversation.list', list, 'not a function')).code).toBe('invalid');
    expect((await anna.refused('conversation.list', ...Array(50).fill(list))).code).toBe('invalid');
    expect((await anna.refused('conversation.list')).code).toBe('invalid');
    for (const payload of [[], [list], 'list', 5, null, true])
      expect((await anna.refused('conversation.list', payload)).code).toBe('invalid');
    anna.emit('conversation.list', list, 'not a function');
    anna.emit('conversation.list');
    await anna.do('conversation.list', list);
  });

  it('refuses fields it does not know (C10)', async () => {
    for (const extra of [{ isAdmin: true }, { agentId: world.ben.id }, { epoch: 5 }, { tenantId: 'x' }]) {
      const input = { conversationId: world.conversationId, requestId: randomUUID(), ...extra };
      const error = await anna.refused('lock.acquire', input);
      expect(error.code).toBe('invalid');
    }
    expect(server.gateway.stats().failed).toBe(0);
  });

  it('answers a failure with a reference to its log line and nothing else, and goes on (C06)', async () => {
    const broken = world.server({
      messaging: new Proxy({} as never, {
        get: () => () => Promise.reject(new TypeError('SELECT secret FROM somewhere')),
      }),
    });
    const client = await broken.join('anna');
    const error = await client.refused('conversation.list', list);
    expect(error).toMatchObject({ code: 'internal', details: { ref: error.requestId } });
    expect(JSON.stringify(error)).not.toContain('SELECT');
    const logged = world.logged.find(({ level }) => level === 'error');
    expect(logged?.fields).toMatchObject({ requestId: error.requestId, command: 'conversation.list' });
    await client.do('stream.unsubscribe', { stream: world.inbox });
  });

  it('writes down who tried what is not theirs, without what was sent', async () => {
    await anna.refused('conversation.open', { conversationId: 'cnv_secret', view: false, limit: 5 });
    const line = world.logged.find(({ fields }) => fields?.['code'] === 'not_found');
    expect(line?.fields).toMatchObject({ command: 'conversation.open', agentId: world.anna.id });
    expect(JSON.stringify(line)).not.toContain('cnv_secret');
  });

  it('limits each class of commands, and goes on when time has passed', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => anna.ask('conversation.list', list)));
    const refused = answers.flatMap((ack) => (ack.ok ? [] : [ack.error]));
    // 100 may be under way, 150 may come at once.
    expect(refused.length).toBe(100);
    expect(refused.at(-1)).toMatchObject({ code: 'rate_limited', details: { retryAfterMs: 20 } });
    await anna.do('lock.release', { conversationId: world.conversationId, fence: 1, reason: 'released' });
    await world.clock.advance(20);
    await anna.do('conversation.list', list);
  });

  it('limits an agent over all connections', async () => {
    const tabs = await Promise.all([anna, ...Array(5)].map((tab) => tab ?? server.join('anna')));
    let limited = 0;
    for (const tab of tabs)
      for (let each = 0; each < 60; each += 1)
        if (!(await tab.ask('conversation.leave', { conversationId: world.conversationId })).ok) limited += 1;
    expect(limited).toBe(6 * 60 - 4 * 60);
  });
});

describe('conversations', () => {
  it('lists, opens and reads on, with who is there', async () => {
    const ben = await server.join('ben');
    await ben.do('conversation.open', { conversationId: world.conversationId, view: true, limit: 20 });
    const page = await anna.do('conversation.list', list);
    expect(page.rows.map(({ id }) => id)).toEqual([world.conversationId]);
    const thread = await anna.do('conversation.open', {
      conversationId: world.conversationId,
      view: true,
      limit: 20,
    });
    expect(thread.entries).toHaveLength(1);
    expect(thread.viewers.map(({ person }) => person.name).sort()).toEqual(['Anna Berg', 'Ben Okafor']);
    await ben.do('conversation.leave', { conversationId: world.conversationId });
    const later = await anna.do('conversation.open', {
      conversationId: world.conversationId,
      view: true,
      limit: 20,
    });
    expect(later.viewers.map(({ person }) => person.name)).toEqual(['Anna Berg']);
    const older = await anna.do('conversation.older', {
      conversationId: world.conversationId,
      before: 5,
      limit: 20,
    });
    expect(older.entries).toHaveLength(1);
  });

  it('answers strangers as if there were no such conversation, whatever they ask (C21)', async () => {
    const admin = await server.join('admin');
    const { conversationId } = world;
    const send = { clientId: randomUUID(), body: 'Hello', conversationId };
    const asked: [string, object][] = [
      ['conversation.open', { conversationId, view: true, limit: 5 }],
      ['conversation.older', { conversationId, before: 3, limit: 5 }],
      ['conversation.history', { conversationId, before: null, limit: 5 }],
      ['conversation.assign', { conversationId, assigneeId: null }],
      ['conversation.status', { conversationId, status: 'archived' }],
      ['conversation.mark', { conversationId, read: 1 }],
      ['lock.acquire', { conversationId, requestId: randomUUID() }],
      ['lock.stay', { conversationId, fence: 1 }],
      ['draft.save', { conversationId, kind: 'note', body: 'x', revision: 0 }],
      ['reply.send', { ...send, fence: 1, lastSeen: 1, then: 'stay' }],
      ['note.add', send],
      ['conversation.list', { ...list, filter: { inboxIds: [world.inboxId] } }],
    ];
    for (const [name, input] of asked) {
      const here = await admin.refused(name, input);
      const nowhere = await admin.refused(name, {
        ...input,
        ...('conversationId' in input
          ? { conversationId: 'cnv_nowhere' }
          : { filter: { inboxIds: ['ibx_nowhere'] } }),
      });
      expect([name, here.code]).toEqual([name, 'not_found']);
      expect({ ...here, requestId: '' }).toEqual({ ...nowhere, requestId: '' });
    }
  });

  it('lets a member with read look and note, and neither reply nor change', async () => {
    const rita = await server.join('rita');
    const { conversationId } = world;
    await rita.do('conversation.open', { conversationId, view: true, limit: 5 });
    await rita.do('note.add', { conversationId, clientId: randomUUID(), body: 'Seen.' });
    for (const [name, input] of [
      ['lock.acquire', { conversationId, requestId: randomUUID() }],
      ['conversation.assign', { conversationId, assigneeId: null }],
      ['conversation.status', { conversationId, status: 'archived' }],
      ['draft.save', { conversationId, kind: 'reply', body: 'x', revision: 0 }],
      [
        'reply.send',
        { conversationId, clientId: randomUUID(), fence: 1, lastSeen: 1, body: 'x', then: 'stay' },
      ],
    ] as const)
      expect((await rita.refused(name, input)).code).toBe('forbidden');
  });

  it('takes the lock, sends and gives it back', async () => {
    const { conversationId } = world;
    const { fence, lock } = await anna.do('lock.acquire', { conversationId, requestId: randomUUID() });
    expect(lock).toMatchObject({ status: 'held', fence, holder: { id: world.anna.id } });
    const ben = await server.join('ben');
    const refused = await ben.refused('lock.acquire', { conversationId, requestId: randomUUID() });
    expect(refused).toMatchObject({ code: 'lock_held', details: { holder: { name: 'Anna Berg' } } });
    const sent = await anna.do('reply.send', {
      conversationId,
      clientId: randomUUID(),
      fence,
      lastSeen: 1,
      body: 'It left today.',
      then: 'stay',
    });
    expect(sent).toMatchObject({ entry: { kind: 'reply', position: 2 }, asOf: { logEpoch: 'log_test' } });
    expect(await anna.do('lock.release', { conversationId, fence, reason: 'released' })).toEqual({
      held: true,
    });
    const history = await anna.do('conversation.history', { conversationId, before: null, limit: 5 });
    expect(history.periods).toMatchObject([{ fence, endReason: 'released' }]);
  });

  it('does what one session says about one conversation in its order: a leave never overtakes the send before it', async () => {
    const { conversationId } = world;
    const { fence } = await anna.do('lock.acquire', { conversationId, requestId: randomUUID() });
    const send = {
      conversationId,
      clientId: randomUUID(),
      fence,
      lastSeen: 1,
      body: 'On its way.',
      then: 'stay',
    };
    const answers = await Promise.all([
      anna.ask('reply.send', send),
      anna.ask('conversation.leave', { conversationId }),
      anna.ask('session.close', { signOut: true }),
    ]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true]);
    const [sent] = answers;
    // Not late: the lock was still held when it was stored.
    expect(sent).toMatchObject({ result: { entry: { lateSend: false } } });
    await soon('the connection is closed', () => anna.closed);
  });
});
