/** Ids of what one may not see or change, over REST: answered like what is not there, and nothing is touched. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusals } from './testing/refusals.ts';
import { codeOf, startTestHttp, type TestHttp, withoutId } from './testing/server.ts';

let at: TestHttp;
beforeAll(async () => {
  at = await startTestHttp({ config: { RATE_LIMIT_FACTOR: 100 } });
});
afterAll(() => at[Symbol.asyncDispose]());

const expectRefused: ReturnType<typeof refusals> = (table, codes) => refusals(at)(table, codes);
const conversation = (rest = '') => `/api/conversations/${at.conversationId}${rest}`;
const reply = (fields: Record<string, unknown> = {}) => ({
  clientId: 'client-id-1',
  body: 'Hello',
  ...fields,
});
const put = (path: string, body: unknown) => () => at.ask('PUT', path, { token: at.tokens.anna, body });

describe('what is not mine (C20, C21, C25)', () => {
  /** Everything one may try with a conversation, an inbox or a person one does not see. */
  const tries = (token: string, conversationId: string, inbox: string) => {
    const path = (rest = '') => `/api/conversations/${conversationId}${rest}`;
    const session = { id: 'ses_unknown', key: 'x'.repeat(43) };
    const send = (method: string, to: string, body?: unknown) => () => at.ask(method, to, { token, body });
    return {
      read: send('GET', path()),
      entries: send('GET', path('/entries?before=5')),
      history: send('GET', path('/lock-history')),
      'history as a file': send('GET', path('/lock-history?format=csv')),
      earlier: send('GET', path('/earlier')),
      status: send('PUT', path('/status'), { status: 'archived' }),
      snooze: send('PUT', path('/snooze'), { until: at.clock.now() + 60_000 }),
      assignee: send('PUT', path('/assignee'), { assigneeId: null }),
      mark: send('PUT', path('/read'), { read: 1 }),
      reply: send('POST', path('/replies'), reply()),
      'reply under a fence': send('POST', path('/replies'), reply({ lastSeen: 1, fence: 1, session })),
      retry: send('POST', path('/replies/1/retry')),
      note: send('POST', path('/notes'), reply()),
      draft: send('PUT', path('/drafts/reply'), { body: 'x', revision: 0 }),
      lock: send('POST', path('/lock'), { requestId: 'request-1' }),
      'move a lock': send('POST', path('/lock/move'), { requestId: 'request-2' }),
      renew: send('PUT', path('/lock'), { fence: 1, session }),
      release: send('DELETE', path('/lock'), { fence: 1, session }),
      list: send('GET', `/api/conversations?inbox=${inbox}`),
      'list with one of mine': send('GET', `/api/conversations?inbox=orders,${inbox}`),
      inbox: send('GET', `/api/inboxes/${inbox}`),
      members: send('GET', `/api/inboxes/${inbox}/members`),
      settings: send('PATCH', `/api/inboxes/${inbox}`, { name: 'Mine' }),
      member: send('PUT', `/api/inboxes/${inbox}/members/${at.anna.id}`, { capability: 'manage' }),
      'member away': send('DELETE', `/api/inboxes/${inbox}/members/${at.anna.id}`),
    };
  };

  test('is answered exactly as what is not there', async () => {
    const notMine = tries(at.tokens.anna, at.foreign.conversationId, at.foreign.inboxId);
    const byCode = tries(at.tokens.anna, at.foreign.conversationId, 'board');
    const notThere = tries(at.tokens.anna, 'cnv_nothere', 'ibx_nothere');
    await expectRefused(notMine, 'not_found');
    for (const [name, call] of Object.entries(notMine)) {
      const twin = withoutId(await notThere[name as keyof typeof notThere]());
      expect(withoutId(await call()), name).toEqual(twin);
      expect(withoutId(await byCode[name as keyof typeof byCode]()), name).toEqual(twin);
    }
  });

  test('stays hidden from an admin who is no member, except for what is administered', async () => {
    const {
      settings,
      member,
      inbox,
      members,
      'member away': away,
      ...content
    } = tries(at.tokens.mara, at.foreign.conversationId, 'board');
    await expectRefused({ ...content, inbox }, 'not_found');
    expect([(await members()).status, codeOf(await settings()), codeOf(await away())]).toEqual([
      200,
      'HTTP 200',
      'not_found',
    ]);
    expect(member).toBeDefined();
  });

  test('a colleague of another inbox cannot be assigned, and is answered like nobody', async () => {
    const assign = (assigneeId: string) => put(conversation('/assignee'), { assigneeId });
    await expectRefused({ 'no member': assign(at.admin.agentId), nobody: assign('agt_nobody') }, 'not_found');
    expect(withoutId(await assign(at.admin.agentId)())).toEqual(withoutId(await assign('agt_nobody')()));
  });

  test('a member who may only read writes nothing but notes and marks', async () => {
    const token = at.tokens.cid;
    const send = (method: string, path: string, body: unknown) => () =>
      at.ask(method, conversation(path), { token, body });
    await expectRefused(
      {
        reply: send('POST', '/replies', reply()),
        lock: send('POST', '/lock', { requestId: 'request-1' }),
        'move a lock': send('POST', '/lock/move', { requestId: 'request-1' }),
        retry: send('POST', '/replies/1/retry', {}),
        status: send('PUT', '/status', { status: 'archived' }),
        snooze: send('PUT', '/snooze', { until: at.clock.now() + 60_000 }),
        assignee: send('PUT', '/assignee', { assigneeId: null }),
        'reply draft': send('PUT', '/drafts/reply', { body: 'x', revision: 0 }),
        'reply under a fence': send(
          'POST',
          '/replies',
          reply({ lastSeen: 1, fence: 1, session: { id: 'ses_x', key: 'x'.repeat(43) } }),
        ),
      },
      'forbidden',
    );
    expect((await send('PUT', '/read', { read: 1 })()).status).toBe(204);
  });

  test('members away lose everything at once', async () => {
    await using other = await startTestHttp();
    const path = `/api/conversations/${other.conversationId}`;
    const held = await other.ask('POST', `${path}/lock`, {
      token: other.tokens.anna,
      body: { requestId: 'request-1' },
    });
    const { fence, session } = held.body as { fence: number; session: object };
    const away = await other.ask('DELETE', `/api/inboxes/orders/members/${other.anna.id}`, {
      token: other.tokens.mara,
    });
    expect(away.status).toBe(204);
    const calls = [
      other.ask('GET', path, { token: other.tokens.anna }),
      other.ask('PUT', `${path}/lock`, { token: other.tokens.anna, body: { fence, session } }),
      other.ask('POST', `${path}/replies`, {
        token: other.tokens.anna,
        body: reply({ lastSeen: 1, fence, session }),
      }),
      other.ask('POST', `${path}/replies`, { token: other.tokens.anna, body: reply() }),
    ];
    expect((await Promise.all(calls)).map(codeOf)).toEqual(Array(4).fill('not_found'));
    const row = await other.ask('GET', path, { token: other.tokens.ben });
    expect(row.body).toMatchObject({ row: { lock: { status: 'free' } } });
  });
});
