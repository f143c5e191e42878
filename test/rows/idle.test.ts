import { afterAll, beforeAll, expect, test } from 'vitest';
import { staysTrue } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';
import { leave, lockIs, opened, type People, people, shows } from './stage.ts';

// Above a second: the server takes activity of one session at most once a second.
const IDLE_AFTER = 1_500;
const IDLE_GRACE = 1_500;

let world: World;
let sdk: People;

beforeAll(async () => {
  world = await startWorld({
    env: { TYPING_EVERY_MS: '200', TYPING_EXPIRES_MS: '600' },
    seed: {
      inboxes: {
        front: {
          lockOn: 'open',
          times: { ...SHORT, idleAfter: IDLE_AFTER, idleGrace: IDLE_GRACE },
          conversations: 6,
        },
      },
      agents: { ana: {}, ben: {} },
    },
  });
  sdk = people(world);
});
afterAll(async () => {
  await sdk[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

/** Ana holds a conversation, Ben looks at it, and the question is put to her. */
async function asked(place: number) {
  const id = world.conversation('front', place);
  const [ana, ben] = [await sdk.join('ana'), await sdk.join('ben')];
  const hers = await opened(ana, id);
  await lockIs(hers, 'mine');
  const his = await opened(ben, id, 'none');
  const withinMs = IDLE_AFTER + 2 * SLACK + 1_000;
  const mine = await shows(
    'asked',
    hers.lock,
    (lock) => lock.status === 'mine' && lock.idle.phase === 'asked',
    withinMs,
  );
  const theirs = await shows(
    'told',
    his.lock,
    (lock) => lock.status === 'theirs' && lock.idle.phase === 'asked',
    1_000 + SLACK,
  );
  return { id, ana, ben, hers, his, mine, theirs };
}

test('L4: an idle holder is asked with a countdown, and everybody else sees that the lock may come free', async () => {
  const { ana, mine, theirs, hers } = await asked(0);
  if (mine.status !== 'mine' || mine.idle.phase !== 'asked') throw new Error('not asked');
  const left = mine.idle.deadline - ana.clock.now();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(IDLE_GRACE);
  expect(theirs).toMatchObject({ idle: { deadline: mine.idle.deadline }, holder: { name: 'ana' } });
  leave(hers);
});

test('L4: "Yes" keeps the lock, and so does typing on; "No" gives it back as declined', async () => {
  const { hers, his } = await asked(1);
  const fence = world.rows<{ epoch: number }>(
    'SELECT max(epoch) AS epoch FROM lock_epochs WHERE ended_at IS NULL',
  )[0]?.epoch;
  const isActive = (lock: { status: string; idle?: { phase: string } }) => lock.idle?.phase === 'active';
  hers.lock.stay();
  await shows('kept by yes', hers.lock, isActive);
  await shows('kept for him, too', his.lock, isActive);
  const again = (lock: { status: string; idle?: { phase: string } }) => lock.idle?.phase === 'asked';
  await shows('asked again', hers.lock, again);
  hers.activity('reply');
  await shows('kept by typing', hers.lock, isActive);
  await shows('asked a third time', hers.lock, again);
  await hers.lock.release();
  await lockIs(his, 'free');
  const [period] = await his.history();
  expect(period).toMatchObject({ fence, endReason: 'declined', askedAt: expect.any(Number) });
});

test('L4: no answer: released as idle at the deadline, with the draft kept', async () => {
  const { hers, his, ana, mine } = await asked(2);
  hers.draft('reply').set('Half a sent');
  await hers.draft('reply').flush();
  const lost = await lockIs(hers, 'lost');
  const deadline = mine.status === 'mine' && mine.idle.phase === 'asked' ? mine.idle.deadline : 0;
  expect(ana.clock.now()).toBeGreaterThanOrEqual(deadline - 50);
  expect(ana.clock.now()).toBeLessThan(deadline + 1_000 + SLACK);
  expect(lost.reason).toBe('idle');
  await lockIs(his, 'free');
  const again = await opened(await sdk.join('ana'), hers.id, 'none');
  expect(again.draft('reply').getSnapshot().body).toBe('Half a sent');
});

test('L4: who goes on typing is never asked, and saving a draft or looking on is no activity of a colleague', async () => {
  const id = world.conversation('front', 3);
  const [ana, ben] = [await sdk.join('ana'), await sdk.join('ben')];
  const hers = await opened(ana, id);
  await lockIs(hers, 'mine');
  const his = await opened(ben, id, 'none');
  await staysTrue(
    'she types and is not asked',
    () => {
      hers.activity('reply');
      const lock = hers.lock.getSnapshot();
      return lock.status === 'mine' && lock.idle.phase === 'active';
    },
    2 * IDLE_AFTER,
  );
  const looking = setInterval(() => his.activity('note'), 50);
  try {
    await shows(
      'asked all the same',
      hers.lock,
      (lock) => lock.status === 'mine' && lock.idle.phase === 'asked',
      IDLE_AFTER + 1_000 + SLACK,
    );
  } finally {
    clearInterval(looking);
  }
});
