import { describe, expect, test } from 'vitest';
import { codeOf, startTestHttp, type TestHttp } from './testing/server.ts';

interface Row {
  readonly id: string;
  readonly lastAt: number;
}
const pathOf = (at: TestHttp, rest = '') => `/api/conversations/${at.conversationId}${rest}`;

async function receive(at: TestHttp, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    // Some at the very same moment: their order is told by their ids.
    if (number % 3 === 0) await at.clock.advance(1_000);
    await at.messaging.receive({
      inboxId: at.inboxId,
      channel: 'simulator',
      providerId: `more-${number}`,
      from: { name: `Customer ${number}`, address: `customer-${number}@example.com` },
      subject: `Question ${number}`,
      body: `Question ${number}`,
      conversationId: null,
    });
  }
}

describe('lists', () => {
  test('come in pages that neither skip nor repeat', async () => {
    await using at = await startTestHttp();
    await receive(at, 25);
    const token = at.tokens.anna;
    const seen: Row[] = [];
    let after: string | null = null;
    do {
      const page: { body: Record<string, unknown> } = await at.ask(
        'GET',
        `/api/conversations?inbox=orders&limit=7${after === null ? '' : `&after=${encodeURIComponent(after)}`}`,
        { token },
      );
      seen.push(...(page.body['rows'] as Row[]));
      after = page.body['next'] as string | null;
      expect(page.body['hasMore']).toBe(after !== null);
    } while (after !== null);
    expect(seen).toHaveLength(26);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(26);
    expect(seen).toEqual([...seen].sort((a, b) => b.lastAt - a.lastAt || (a.id < b.id ? 1 : -1)));
  });

  test('are filtered by inbox, status and assignee, by id and by API code', async () => {
    await using at = await startTestHttp();
    await receive(at, 3);
    const token = at.tokens.anna;
    const put = (rest: string, body: unknown) => at.ask('PUT', pathOf(at, rest), { token, body });
    expect((await put('/assignee', { assigneeId: at.anna.id })).status).toBe(204);
    expect((await put('/status', { status: 'archived' })).status).toBe(204);
    const count = async (query: string) =>
      ((await at.ask('GET', `/api/conversations?${query}`, { token })).body['rows'] as Row[]).length;
    expect(await count('')).toBe(4);
    expect(await count(`inbox=${at.inboxId}`)).toBe(4);
    expect(await count('inbox=orders&status=open')).toBe(3);
    expect(await count('status=archived&assignee=me')).toBe(1);
    expect(await count('assignee=none')).toBe(3);
    expect(await count(`assignee=${at.ben.id}`)).toBe(0);
  });
});

describe('a thread', () => {
  test('is read in pages, marked and written to', async () => {
    await using at = await startTestHttp();
    const token = at.tokens.anna;
    for (let number = 1; number <= 5; number += 1) {
      const body = { clientId: `note-number-${number}`, body: `Note ${number}` };
      expect((await at.ask('POST', pathOf(at, '/notes'), { token, body })).status).toBe(201);
    }
    const thread = await at.ask('GET', `${pathOf(at)}?limit=2`, { token });
    expect(thread.body).toMatchObject({
      hasMore: true,
      entries: [{ position: 5 }, { position: 6 }],
      read: expect.any(Number),
    });
    expect(thread.body).not.toHaveProperty('viewers');
    const older = await at.ask('GET', pathOf(at, '/entries?before=5&limit=3'), { token });
    expect(older.body).toMatchObject({
      hasMore: true,
      entries: [{ position: 2 }, { position: 3 }, { position: 4 }],
    });
    expect((await at.ask('PUT', pathOf(at, '/read'), { token, body: { read: 6 } })).status).toBe(204);
    expect((await at.ask('GET', pathOf(at), { token })).body).toMatchObject({ read: 6 });
  });

  test('the same note twice is one, with the same answer', async () => {
    await using at = await startTestHttp();
    const note = (body: string) =>
      at.ask('POST', pathOf(at, '/notes'), {
        token: at.tokens.anna,
        body: { clientId: 'note-number-1', body },
      });
    const [one, two] = [await note('Careful'), await note('Careful')];
    expect(two.body).toEqual(one.body);
    expect(codeOf(await note('Something else'))).toBe('idempotency_mismatch');
  });

  test('drafts carry a revision, and a stale one answers what stands there', async () => {
    await using at = await startTestHttp();
    const save = (body: string, revision: number) =>
      at.ask('PUT', pathOf(at, '/drafts/reply'), { token: at.tokens.anna, body: { body, revision } });
    expect((await save('Dear Nora', 0)).body).toMatchObject({ revision: 1 });
    expect((await save('Dear Nora,', 1)).body).toMatchObject({ revision: 2 });
    expect((await save('late', 1)).error).toMatchObject({
      code: 'conflict',
      details: { revision: 2, body: 'Dear Nora,' },
    });
    expect(
      codeOf(
        await at.ask('PUT', pathOf(at, '/drafts/secret'), {
          token: at.tokens.anna,
          body: { body: '', revision: 0 },
        }),
      ),
    ).toBe('invalid');
  });
});

describe('out of the way, and back', () => {
  test('a conversation is snoozed, counted as snoozed, and reopened', async () => {
    await using at = await startTestHttp();
    const token = at.tokens.anna;
    const until = at.clock.now() + 3_600_000;
    const snooze = (time: number) => at.ask('PUT', pathOf(at, '/snooze'), { token, body: { until: time } });
    const counts = async () => (await at.ask('GET', '/api/counts', { token })).body;
    expect(await counts()).toMatchObject({ inboxes: [{ open: 1, unread: 1, unassigned: 1, snoozed: 0 }] });
    expect((await snooze(until)).status).toBe(204);
    expect((await at.ask('GET', pathOf(at), { token })).body).toMatchObject({
      row: { status: 'snoozed', snoozedUntil: until },
      entries: [{ kind: 'message' }, { what: { type: 'status', to: 'snoozed', until } }],
    });
    expect(await counts()).toMatchObject({ inboxes: [{ open: 0, unread: 0, snoozed: 1 }] });
    const list = await at.ask('GET', '/api/conversations?status=snoozed', { token });
    expect(list.body['rows']).toMatchObject([{ id: at.conversationId, snoozedUntil: until }]);
    expect((await snooze(at.clock.now() - 1)).error).toMatchObject({
      code: 'invalid',
      details: { issues: [{ path: 'until' }] },
    });
    const body = { status: 'open' };
    expect((await at.ask('PUT', pathOf(at, '/status'), { token, body })).status).toBe(204);
    expect((await at.ask('GET', pathOf(at), { token })).body['row']).not.toHaveProperty('snoozedUntil');
  });

  test('a contact’s other conversations are listed, and a delivery that did not fail is not tried again', async () => {
    await using at = await startTestHttp();
    const token = at.tokens.anna;
    const write = (providerId: string, name: string) =>
      at.messaging.receive({
        inboxId: at.inboxId,
        channel: 'simulator',
        providerId,
        from: { name, address: `${name}@example.com` },
        subject: 'A question',
        body: providerId,
        conversationId: null,
      });
    const first = await write('1', 'nina');
    await write('2', 'otto');
    await at.clock.advance(1_000);
    const second = await write('3', 'nina');
    const earlier = async (id: string, query = '') =>
      (await at.ask('GET', `/api/conversations/${id}/earlier${query}`, { token })).body;
    expect(await earlier(second.conversationId)).toMatchObject({
      rows: [{ id: first.conversationId }],
      hasMore: false,
    });
    await at.clock.advance(1_000);
    const third = await write('4', 'nina');
    expect(await earlier(third.conversationId, '?limit=1')).toMatchObject({
      rows: [{ id: second.conversationId }],
      hasMore: true,
    });
    const retry = (position: number) => at.ask('POST', pathOf(at, `/replies/${position}/retry`), { token });
    expect(codeOf(await retry(1))).toBe('not_found');
    const reply = { clientId: 'reply-number-1', body: 'It is on its way.' };
    expect((await at.ask('POST', pathOf(at, '/replies'), { token, body: reply })).status).toBe(201);
    expect(codeOf(await retry(2))).toBe('conflict');
  });
});

describe('a reply without a lock (L8)', () => {
  const send = (at: TestHttp, token: string, fields: Record<string, unknown> = {}) =>
    at.ask('POST', pathOf(at, '/replies'), {
      token,
      body: { clientId: 'reply-number-1', body: 'It is on its way.', ...fields },
    });

  test('is stored once, whoever asks again', async () => {
    await using at = await startTestHttp();
    const one = await send(at, at.tokens.anna);
    expect(one.status).toBe(201);
    expect(one.body).toMatchObject({
      entry: {
        kind: 'reply',
        author: { id: at.anna.id },
        body: 'It is on its way.',
        delivery: { state: 'queued' },
      },
    });
    const twins = await Promise.all(Array.from({ length: 10 }, () => send(at, at.tokens.anna)));
    for (const twin of twins) expect(twin.body).toEqual(one.body);
    expect(codeOf(await send(at, at.tokens.anna, { body: 'Something else' }))).toBe('idempotency_mismatch');
  });

  test('is stopped by what its author has not seen', async () => {
    await using at = await startTestHttp();
    await at.ask('POST', pathOf(at, '/notes'), {
      token: at.tokens.ben,
      body: { clientId: 'note-number-1', body: 'Call first!' },
    });
    const stopped = await send(at, at.tokens.anna, { lastSeen: 1 });
    expect(stopped.error).toMatchObject({
      code: 'thread_moved_on',
      details: { newest: 2, entries: [{ body: 'Call first!' }] },
    });
    expect((await send(at, at.tokens.anna, { lastSeen: 2 })).status).toBe(201);
  });

  test('is refused while somebody else holds the conversation, also by API key', async () => {
    await using at = await startTestHttp();
    const lock = await at.ask('POST', pathOf(at, '/lock'), {
      token: at.tokens.ben,
      body: { requestId: 'request-1' },
    });
    expect(lock.status).toBe(201);
    const held = {
      code: 'lock_held',
      details: { holder: { id: at.ben.id, name: 'Ben' }, since: at.clock.now() },
    };
    expect((await send(at, at.tokens.anna)).error).toMatchObject(held);
    const key = await at.ask('POST', '/api/api-keys', { token: at.tokens.anna, body: { name: 'CRM' } });
    expect(key.status).toBe(201);
    expect((await send(at, String(key.body['key']))).error).toMatchObject(held);
  });

  test('of a system actor goes out under its own name, and it never holds a lock', async () => {
    await using at = await startTestHttp();
    const { id } = await at.directory.createAgent(at.admin, {
      kind: 'system',
      name: 'Parcel robot',
      teamIds: [at.teamId],
    });
    await at.directory.putMember(at.admin, at.inboxId, id, { capability: 'reply' });
    const { key } = await at.directory.createApiKey(at.admin, { name: 'robot', agentId: id });
    expect((await send(at, key)).body).toMatchObject({ entry: { author: { id, name: 'Parcel robot' } } });
    expect(
      codeOf(await at.ask('POST', pathOf(at, '/lock'), { token: key, body: { requestId: 'request-1' } })),
    ).toBe('forbidden');
  });
});
