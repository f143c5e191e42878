import { afterEach, beforeEach, expect, test } from 'vitest';
import { givenOrganisation, type GivenOrganisation } from '../database/testing/given.ts';
import { openTestDatabase, type TestDatabase } from '../database/testing/open.ts';
import type { NewSession } from '../database/sessions.ts';
import { newId } from '../lib/ids.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { createSessionStarts } from './session-starts.ts';

let db: TestDatabase;
let given: GivenOrganisation;
let transactions = 0;

beforeEach(async () => {
  db = await openTestDatabase('sqlite', { clock: new ManualClock() });
  given = await givenOrganisation(db);
  transactions = 0;
});
afterEach(() => db.close());

const counted = () =>
  createSessionStarts({
    inTransaction: (work) => {
      transactions += 1;
      return db.inTransaction(work);
    },
  });
const session = (agentId: string): NewSession => ({
  id: newId('ses'),
  agentId,
  signInId: null,
  kind: 'socket',
  keyHash: 'none',
  device: 'test',
  serverId: 'srv_test',
});

test('sessions that begin together share a transaction', async () => {
  const store = counted();
  const all = Array.from({ length: 20 }, () => store(session(given.anna.id)));
  expect(await Promise.all(all)).toEqual(all.map(() => true));
  expect(transactions).toBe(1);
});

test('one that cannot be stored keeps nobody else out, and a known one is told apart', async () => {
  const store = counted();
  const known = session(given.ben.id);
  expect(await store(known)).toBe(true);
  const outcomes = await Promise.allSettled([
    store(session(given.anna.id)),
    store(session('agt_nobody')),
    store(known),
    store(session(given.ben.id)),
  ]);
  expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.value : 'refused'))).toEqual([
    true,
    'refused',
    false,
    true,
  ]);
});
