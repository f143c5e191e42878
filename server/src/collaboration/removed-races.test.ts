/**
 * A member is taken out of an inbox while typing there, holding the lock and sending, in every order that a seed gives: what was stored
 * before counts, nothing is stored after, the lock is free, and a colleague has it at once.
 */
import { LatchboxError } from '@latchbox/shared';
import { afterEach, describe, expect, test } from 'vitest';
import { openLock } from '../database/locks.ts';
import { conversationRow } from '../database/rows.ts';
import { givenConversation } from '../database/testing/given.ts';
import { TEST_DIALECTS, type TestDialect } from '../database/testing/open.ts';
import { createDirectory } from '../directory/directory.ts';
import { secretsOfTests } from '../directory/testing/directory.ts';
import { silentLog } from '../lib/log.ts';
import { createMessaging } from '../messaging/messaging.ts';
import type { Holder } from './holder.ts';
import { createWorld, type World } from './testing/world.ts';

const ROUNDS = 6;
const START_LIMIT = 60_000;

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** The world's two servers with the directory that takes people out, and the messaging that keeps drafts. */
async function given(dialect: TestDialect) {
  const made = await createWorld({ dialect });
  world = made;
  const { db, clock, inboxId } = made;
  const [one, two] = [made.server('one'), made.server('two')];
  const wake = () => undefined;
  const directory = createDirectory({
    ...secretsOfTests(),
    db,
    clock,
    log: silentLog,
    wake,
    hints: { publish: () => undefined },
    locks: one.locks,
    config: { ACCESS_TOKEN_MINUTES: 15, REFRESH_DAYS: 30, RATE_LIMIT_FACTOR: 1 },
  });
  const messaging = createMessaging({ db, logEpoch: 'log_test', wake, poke: wake });
  const free = await givenConversation(db, inboxId);
  const admin = { agentId: made.admin.id };
  return {
    made,
    one,
    two,
    messaging,
    free,
    remove: () => directory.removeMember(admin, inboxId, made.anna.id),
    putBack: () => directory.putMember(admin, inboxId, made.anna.id, { capability: 'reply' }),
  };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'ok',
    (error: unknown) => {
      if (LatchboxError.is(error)) return error.code;
      throw error;
    },
  );
}

/** Numbers below 1 that are the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((done) => setImmediate(done));
}

/** What each act may be answered; everything else is a fault. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  remove: ['ok'],
  send: ['ok', 'not_found', 'lock_lost'],
  sendOnce: ['ok', 'not_found'],
  type: ['ok', 'not_found', 'conflict'],
  note: ['ok', 'not_found'],
  stay: ['ok', 'not_found', 'lock_lost', 'lock_required'],
  colleague: ['ok', 'lock_held'],
};

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  test(
    'a member removed while typing and holding the lock stores nothing more, and leaves the lock to whoever comes',
    async () => {
      const it = await given(dialect);
      const { made, one, two, messaging, free } = it;
      const { conversationId } = made;
      const [anna, ben] = [await made.join(one, 'anna'), await made.join(two, 'ben')];
      let id = 0;
      const fresh = (what: string) => `${what}-of-the-race-${(id += 1)}`;
      const say = (body: string) => ({ clientId: fresh('client'), body, then: 'stay' as const });
      const type = async (who: Holder, body: string) => {
        const known = await messaging
          .saveDraft(who, { conversationId, kind: 'reply', body, revision: 0 })
          .catch((error: unknown) => {
            if (LatchboxError.is(error, 'conflict'))
              return { revision: Number(Object(error.details).revision) };
            throw error;
          });
        return await messaging.saveDraft(who, {
          conversationId,
          kind: 'reply',
          body: `${body} and on`,
          revision: known.revision,
        });
      };
      let stored = 0;
      const answers = new Set<string>();
      for (let round = 1; round <= ROUNDS; round += 1) {
        const { fence } = await one.locks.acquire(anna, { conversationId, requestId: fresh('request') });
        const { newestPosition: lastSeen } = await conversationRow(made.db.read, conversationId);
        const acts: Readonly<Record<string, () => Promise<unknown>>> = {
          remove: it.remove,
          send: () => one.door.send(anna, { ...say('Mine'), conversationId, fence, lastSeen }),
          sendOnce: () =>
            one.door.sendOnce(anna, {
              ...say('At once'),
              conversationId: free.conversationId,
              lastSeen: undefined,
            }),
          type: () => type(anna, `Round ${round}`),
          note: () =>
            messaging.addNote(anna, {
              conversationId: free.conversationId,
              clientId: fresh('client'),
              body: 'A note',
            }),
          stay: () => one.locks.stay(anna, { conversationId, fence }),
          colleague: () => two.locks.acquire(ben, { conversationId, requestId: fresh('request') }),
        };
        const random = seeded(round);
        const order = Object.entries(acts).map(([name, act]) => ({ name, act, at: random() }));
        order.sort((a, b) => a.at - b.at);
        const told = await Promise.all(
          order.map(async ({ name, act, at }) => {
            await turns(Math.floor(at * 12));
            const code = await codeOf(act());
            return { name, code };
          }),
        );
        for (const { name, code } of told) {
          expect(MAY[name], `round ${round}: ${name} was answered ${code}`).toContain(code);
          answers.add(`${name} ${code}`);
          if (code === 'ok' && name.startsWith('send')) stored += 1;
        }
        const lock = await openLock(made.db.read, conversationId);
        expect(lock?.agentId, `round ${round}: who holds it`).not.toBe(anna.agentId);
        const late = [
          one.door.send(anna, { ...say('Late'), conversationId, fence, lastSeen: 1 }),
          one.door.sendOnce(anna, {
            ...say('Late'),
            conversationId: free.conversationId,
            lastSeen: undefined,
          }),
          messaging.saveDraft(anna, { conversationId, kind: 'reply', body: 'Late', revision: 0 }),
          one.locks.acquire(anna, { conversationId, requestId: fresh('request') }),
        ];
        for (const act of late) expect(await codeOf(act)).toBe('not_found');
        // Nothing of hers stands in a colleague's way.
        const his =
          lock === undefined
            ? (await two.locks.acquire(ben, { conversationId, requestId: fresh('request') })).fence
            : lock.epoch;
        await two.locks.release(ben, { conversationId, fence: his, reason: 'released' });
        await it.putBack();
      }
      expectNothingAfter(await made.events(), anna.agentId, stored);
      // A race of which every round ends alike would show nothing.
      for (const [name, codes] of [
        ['send', 2],
        ['type', 2],
        ['colleague', 2],
      ] as const)
        expect([...answers].filter((answer) => answer.startsWith(`${name} `)).length).toBeGreaterThanOrEqual(
          codes,
        );
    },
    START_LIMIT,
  );
});

/** In the order in which it was committed: while she is no member nothing is hers. */
function expectNothingAfter(
  events: Awaited<ReturnType<World['events']>>,
  agentId: string,
  stored: number,
): void {
  let member = true;
  let replies = 0;
  let ended = 0;
  for (const event of events) {
    if (event.type === 'member.changed' && event.person.id === agentId) member = event.capability !== null;
    if (event.type === 'lock.ended' && event.reason === 'access_lost') ended += 1;
    const hers =
      (event.type === 'entry.added' && 'author' in event.entry && event.entry.author?.id === agentId) ||
      (event.type === 'lock.granted' &&
        event.row.lock.status === 'held' &&
        event.row.lock.holder.id === agentId);
    if (event.type === 'entry.added' && event.entry.kind === 'reply' && hers) replies += 1;
    expect(hers && !member, JSON.stringify(event)).toBe(false);
  }
  expect(replies).toBe(stored);
  expect(ended).toBeGreaterThan(0);
}
