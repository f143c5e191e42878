import { describe, expect, test } from 'vitest';
import { codeOf, startTestHttp, type TestHttp } from './testing/server.ts';

interface Held {
  readonly fence: number;
  readonly session: { readonly id: string; readonly key: string };
  readonly renewBefore: number;
}
const path = (at: TestHttp, rest = '/lock') => `/api/conversations/${at.conversationId}${rest}`;

const acquire = (at: TestHttp, token: string, requestId: string) =>
  at.ask('POST', path(at), { token, body: { requestId } });
const renew = (at: TestHttp, token: string, { fence, session }: Held) =>
  at.ask('PUT', path(at), { token, body: { fence, session } });
const release = (at: TestHttp, token: string, { fence, session }: Held) =>
  at.ask('DELETE', path(at), { token, body: { fence, session } });
const send = (at: TestHttp, token: string, { fence, session }: Held, fields: Record<string, unknown> = {}) =>
  at.ask('POST', path(at, '/replies'), {
    token,
    body: { clientId: 'reply-number-1', body: 'It is on its way.', lastSeen: 1, fence, session, ...fields },
  });

async function hold(at: TestHttp, token: string, requestId = 'request-1'): Promise<Held> {
  const answer = await acquire(at, token, requestId);
  expect(answer.status, answer.text).toBe(201);
  return answer.body as unknown as Held;
}

describe('a lock held over REST', () => {
  test('is taken, shown to others, renewed, used and given back', async () => {
    await using at = await startTestHttp();
    const held = await hold(at, at.tokens.anna);
    expect(held).toMatchObject({
      fence: 1,
      session: { id: expect.stringMatching(/^ses_/) },
      renewBefore: expect.any(Number),
    });
    expect(held.renewBefore).toBeGreaterThan(at.clock.now());
    const seen = await at.ask('GET', path(at, ''), { token: at.tokens.ben });
    expect(seen.body).toMatchObject({
      row: { lock: { status: 'held', fence: 1, holder: { name: 'Anna' }, device: 'REST' } },
    });
    expect(seen.text).not.toContain(held.session.key);
    await at.clock.advance(10_000);
    const renewed = await renew(at, at.tokens.anna, held);
    expect(renewed.body['renewBefore']).toBe(held.renewBefore + 10_000);
    expect((await send(at, at.tokens.anna, held)).status).toBe(201);
    expect((await release(at, at.tokens.anna, held)).body).toEqual({ held: true });
    expect((await release(at, at.tokens.anna, held)).body).toEqual({ held: false });
    expect(await hold(at, at.tokens.ben)).toMatchObject({ fence: 2 });
  });

  test('asked for again with the same request id answers the same fence and key', async () => {
    await using at = await startTestHttp();
    const asked = Promise.all(Array.from({ length: 5 }, () => acquire(at, at.tokens.anna, 'request-1')));
    // Who meets a grant that is being written looks again a moment later.
    for (let look = 0; look < 20; look += 1) await at.clock.advance(10);
    const answers = await asked;
    const later = await acquire(at, at.tokens.anna, 'request-1');
    const grants = [...answers, later].map(({ body }) => ({
      fence: body['fence'],
      session: body['session'],
    }));
    expect(new Set(grants.map((grant) => JSON.stringify(grant))).size).toBe(1);
    await release(at, at.tokens.anna, later.body as unknown as Held);
    expect(codeOf(await acquire(at, at.tokens.anna, 'request-1'))).toBe('conflict');
  });

  test('is refused with who holds it, and a refused try leaves nothing behind', async () => {
    await using at = await startTestHttp();
    await hold(at, at.tokens.anna);
    const refused = await acquire(at, at.tokens.ben, 'request-2');
    expect(refused.error).toMatchObject({
      code: 'lock_held',
      details: { holder: { name: 'Anna' }, since: at.clock.now() },
    });
    // The agent's own other session is told apart.
    expect(codeOf(await acquire(at, at.tokens.anna, 'request-3'))).toBe('lock_elsewhere');
    // The very same request may be tried again later.
    const again = await acquire(at, at.tokens.ben, 'request-2');
    expect(codeOf(again)).toBe('lock_held');
  });

  test('ends when it is not renewed', async () => {
    await using at = await startTestHttp();
    const held = await hold(at, at.tokens.anna);
    await at.clock.advance(31_000);
    const next = await hold(at, at.tokens.ben);
    expect(next.fence).toBe(2);
    const lost = await renew(at, at.tokens.anna, held);
    expect(lost.error).toMatchObject({
      code: 'lock_lost',
      details: { reason: 'expired', holder: { name: 'Ben' } },
    });
    const overtaken = await send(at, at.tokens.anna, held);
    expect(overtaken.error).toMatchObject({ code: 'lock_lost', details: { holder: { name: 'Ben' } } });
  });

  test('that ended, but was not overtaken, still lets the answer through as a late one', async () => {
    await using at = await startTestHttp();
    const held = await hold(at, at.tokens.anna);
    await at.clock.advance(31_000);
    expect(codeOf(await renew(at, at.tokens.anna, held))).toBe('lock_lost');
    expect((await send(at, at.tokens.anna, held)).body).toMatchObject({
      entry: { lateSend: true, fence: 1 },
    });
  });

  test('is nobody else’s: other sessions, other agents, wrong keys, other fences (C29, C30, C35)', async () => {
    await using at = await startTestHttp({ lockOn: 'compose' });
    const held = await hold(at, at.tokens.anna);
    const wrongKey = { ...held, session: { ...held.session, key: 'x'.repeat(43) } };
    const table: [string, string, Held][] = [
      ['another agent with the key', at.tokens.ben, held],
      ['the agent with another key', at.tokens.anna, wrongKey],
      [
        'an unknown session',
        at.tokens.anna,
        { ...held, session: { id: 'ses_unknown', key: held.session.key } },
      ],
      ['a fence of the future', at.tokens.anna, { ...held, fence: 2 }],
    ];
    for (const [name, token, claim] of table) {
      expect(codeOf(await renew(at, token, claim)), name).toBe('lock_required');
      expect((await release(at, token, claim)).body, name).toEqual({ held: false });
      expect(['lock_required', 'lock_lost'], name).toContain(codeOf(await send(at, token, claim)));
    }
    expect((await renew(at, at.tokens.anna, held)).status).toBe(200);
    const thread = await at.ask('GET', path(at, ''), { token: at.tokens.anna });
    expect(thread.body).toMatchObject({
      row: { lock: { status: 'held', fence: 1 } },
      entries: [{ kind: 'message' }],
    });
  });

  test('moves to another session of its agent, and nobody else’s moves at all (L14)', async () => {
    await using at = await startTestHttp();
    const move = (token: string, requestId: string) =>
      at.ask('POST', path(at, '/lock/move'), { token, body: { requestId, device: 'A script' } });
    expect(codeOf(await move(at.tokens.anna, 'request-0'))).toBe('lock_required');
    const old = await hold(at, at.tokens.anna);
    expect((await move(at.tokens.ben, 'request-2')).error).toMatchObject({
      code: 'lock_held',
      details: { holder: { name: 'Anna' } },
    });
    const moved = await move(at.tokens.anna, 'request-3');
    expect(moved.body).toMatchObject({ fence: 2, lock: { device: 'A script', fence: 2 } });
    // Asked again: the same fence and the same session.
    const again = await move(at.tokens.anna, 'request-3');
    expect(again.body).toEqual(moved.body);
    expect((await renew(at, at.tokens.anna, old)).error).toMatchObject({
      code: 'lock_lost',
      details: { reason: 'moved', holder: { name: 'Anna' } },
    });
    expect((await send(at, at.tokens.anna, old)).error).toMatchObject({
      code: 'lock_lost',
      details: { reason: 'moved' },
    });
    expect((await release(at, at.tokens.anna, old)).body).toEqual({ held: false });
    const held = moved.body as unknown as Held;
    expect((await renew(at, at.tokens.anna, held)).status).toBe(200);
    expect((await send(at, at.tokens.anna, held)).body).toMatchObject({
      entry: { fence: 2, lateSend: false },
    });
  });

  test('given back, its fence is worth nothing', async () => {
    await using at = await startTestHttp();
    const held = await hold(at, at.tokens.anna);
    await release(at, at.tokens.anna, held);
    expect(codeOf(await send(at, at.tokens.anna, held))).toBe('lock_required');
  });

  test('the same reply twenty times under one lock is one reply with twenty equal answers', async () => {
    await using at = await startTestHttp();
    const held = await hold(at, at.tokens.anna);
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(at, at.tokens.anna, held)));
    for (const { status, body } of answers)
      expect({ status, body }).toEqual({ status: 201, body: answers[0]?.body });
    const thread = await at.ask('GET', path(at, ''), { token: at.tokens.anna });
    expect(thread.body['entries']).toHaveLength(2);
  });

  test('there is a limit to how many one agent holds in compose mode', async () => {
    await using at = await startTestHttp({ lockOn: 'compose' });
    const ids = [at.conversationId];
    for (let number = 1; number <= 3; number += 1) {
      const from = { name: 'Nora', address: `nora-${number}@example.com` };
      const message = {
        inboxId: at.inboxId,
        channel: 'simulator',
        providerId: `n-${number}`,
        from,
        subject: 'Hi',
        body: 'Hi',
      } as const;
      ids.push((await at.messaging.receive({ ...message, conversationId: null })).conversationId);
    }
    const codes = [];
    for (const id of ids) {
      codes.push(
        codeOf(
          await at.ask('POST', `/api/conversations/${id}/lock`, {
            token: at.tokens.anna,
            body: { requestId: 'request-1' },
          }),
        ),
      );
    }
    expect(codes).toEqual(['HTTP 201', 'HTTP 201', 'HTTP 201', 'limit']);
  });
});

describe('the lock history (L19)', () => {
  test('says who, from when to when, and why it ended, newest first', async () => {
    await using at = await startTestHttp();
    const start = at.clock.now();
    await release(at, at.tokens.anna, await hold(at, at.tokens.anna));
    await at.clock.advance(5_000);
    await hold(at, at.tokens.ben);
    const history = await at.ask('GET', path(at, '/lock-history?limit=1'), { token: at.tokens.cid });
    expect(history.body).toMatchObject({
      hasMore: true,
      periods: [{ fence: 2, holder: { name: 'Ben' }, to: null, endReason: null }],
    });
    const older = await at.ask('GET', path(at, '/lock-history?before=2'), { token: at.tokens.cid });
    expect(older.body).toMatchObject({
      hasMore: false,
      periods: [{ fence: 1, holder: { name: 'Anna' }, from: start, endReason: 'released' }],
    });
  });

  test('is exported as CSV in which no cell is a formula', async () => {
    await using at = await startTestHttp();
    await at.directory.changeAgent(at.admin, at.anna.id, { name: '=HYPERLINK("http://evil.example","x")' });
    await release(at, at.tokens.anna, await hold(at, at.tokens.anna));
    const file = await at.ask('GET', path(at, '/lock-history?format=csv'), { token: at.tokens.ben });
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(file.headers.get('content-disposition')).toBe(
      `attachment; filename="lock-history-${at.conversationId}.csv"`,
    );
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
    const iso = new Date(at.clock.now()).toISOString();
    expect(file.text).toBe(
      'fence,holder,from,to,asked at,end reason,ended by,asked for by\r\n' +
        `1,"'=HYPERLINK(""http://evil.example"",""x"")",${iso},${iso},,released,,\r\n`,
    );
  });
});
