import { LatchboxError } from '@latchbox/client';
import { expect, it, vi } from 'vitest';
import { createAccess } from './access.ts';

function server(...answers: (object | Error)[]) {
  return vi.fn<(method: string, path: string) => Promise<object>>(async () => {
    const answer = answers.shift();
    if (answer === undefined) throw new Error('asked too often');
    if (answer instanceof Error) throw answer;
    return answer;
  });
}
const access = (call: ReturnType<typeof server>, now = 0) => createAccess(call as never, () => now);

it('uses the token of the sign-in until it is nearly over', async () => {
  const call = server({ token: 't1', endsAt: 900_000, me: { id: 'a1' } });
  const mine = access(call);
  expect(await mine.signIn('ana@x.example', 'secret')).toEqual({ id: 'a1' });
  expect(await mine.token('first')).toBe('t1');
  expect(call).toHaveBeenCalledTimes(1);
});

it('gets a fresh one by the cookie when there is none, when it is nearly over, and when the server refused it', async () => {
  const call = server(
    { token: 't1', endsAt: 20_000 },
    { token: 't2', endsAt: 900_000 },
    { token: 't3', endsAt: 1e6 },
  );
  const mine = access(call);
  expect(await mine.token('first')).toBe('t1');
  expect(await mine.token('first')).toBe('t2');
  expect(await mine.token('first')).toBe('t2');
  expect(await mine.token('expired')).toBe('t3');
  expect(call.mock.calls.every(([method, path]) => method === 'POST' && path === '/api/token')).toBe(true);
});

it('asks once for callers that come together', async () => {
  const call = server({ token: 't1', endsAt: 900_000 });
  const mine = access(call);
  expect(await Promise.all([mine.token('first'), mine.token('expired'), mine.token('first')])).toEqual([
    't1',
    't1',
    't1',
  ]);
});

it('forgets the token when the cookie is refused, and keeps it when the server was not reached', async () => {
  const call = server(
    { token: 't1', endsAt: 900_000, me: {} },
    new LatchboxError('offline', {}),
    new LatchboxError('unauthenticated', {}),
    { token: 't2', endsAt: 900_000 },
  );
  const mine = access(call);
  await mine.signIn('a', 'b');
  await expect(mine.token('expired')).rejects.toMatchObject({ code: 'offline' });
  expect(await mine.token('first')).toBe('t1');
  await expect(mine.token('expired')).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(await mine.token('first')).toBe('t2');
});
