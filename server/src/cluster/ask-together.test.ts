import { expect, test } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { askTogether } from './ask-together.ts';
import type { LeaseAnswer, Leases } from './leases.ts';
import { createMemoryLeases } from './leases-memory.ts';

/** Leases whose acquires are answered when the test says so. */
function slowLeases() {
  const memory = createMemoryLeases(systemClock);
  const asked: { key: string; answer(): Promise<void>; fail(error: Error): void }[] = [];
  const leases: Leases = {
    ...memory,
    acquire: (key, ttl) => {
      const { promise, resolve, reject } = Promise.withResolvers<LeaseAnswer>();
      asked.push({ key, answer: async () => resolve(await memory.acquire(key, ttl)), fail: reject });
      return promise;
    },
  };
  return { asked, memory, leases: askTogether(leases) };
}

test('who wants one lease at the same moment asks once: one is granted, the others are told its token', async () => {
  const { asked, leases } = slowLeases();
  const wanted = Array.from({ length: 5 }, () => leases.acquire('a', 1_000));
  const other = leases.acquire('b', 1_000);
  expect(asked.map(({ key }) => key)).toEqual(['a', 'b']);
  for (const one of asked) await one.answer();
  const [first, ...others] = await Promise.all(wanted);
  expect(first?.status).toBe('granted');
  for (const one of others) expect(one).toEqual({ status: 'held', token: first?.token });
  expect((await other).status).toBe('granted');
});

test('a refusal is everybody’s, and what comes after the answer asks anew', async () => {
  const { asked, leases, memory } = slowLeases();
  const held = await memory.acquire('a', 1_000);
  const wanted = [leases.acquire('a', 1_000), leases.acquire('a', 1_000)];
  await asked[0]?.answer();
  for (const one of await Promise.all(wanted)) expect(one).toEqual({ status: 'held', token: held.token });
  await leases.release('a', held.token ?? '');
  const again = leases.acquire('a', 1_000);
  expect(asked).toHaveLength(2);
  await asked[1]?.answer();
  expect((await again).status).toBe('granted');
});

test('a question without an answer fails for all who asked, and for nobody after them', async () => {
  const { asked, leases } = slowLeases();
  const wanted = [leases.acquire('a', 1_000), leases.acquire('a', 1_000)];
  const failed = Promise.allSettled(wanted);
  asked[0]?.fail(new Error('Redis is away'));
  for (const one of await failed)
    expect(one).toMatchObject({ status: 'rejected', reason: { message: 'Redis is away' } });
  const again = leases.acquire('a', 1_000);
  await asked[1]?.answer();
  expect((await again).status).toBe('granted');
});
