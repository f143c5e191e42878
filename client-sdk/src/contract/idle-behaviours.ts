import {
  becomes,
  type Behaviour,
  check,
  type ContractWorld,
  equal,
  eventually,
  lockBecomes,
  opened,
  type Opened,
} from './world.ts';

/** Ana holds, Ben watches, and the question is asked. */
async function asked(world: ContractWorld): Promise<{ hers: Opened; his: Opened }> {
  const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
  const hers = await opened(world, ana, world.first);
  await lockBecomes(world, hers.conversation, 'mine');
  const his = await opened(world, ben, world.first, 'none');
  const { lock } = hers.conversation;
  await becomes(world, 'ana is asked', lock, (s) => s.status === 'mine' && s.idle.phase === 'asked');
  return { hers, his };
}

const isActive = (state: { status: string; idle?: { phase: string } }): boolean =>
  state.idle?.phase === 'active';

/** "Are you still working?" (L4). */
export const IDLE_BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'an idle holder is asked with a deadline, and everybody sees that the lock may come free',
    rows: ['L4'],
    async run(world) {
      const { hers, his } = await asked(world);
      const mine = hers.conversation.lock.getSnapshot();
      check(mine.status === 'mine' && mine.idle.phase === 'asked', 'asked');
      const theirs = await becomes(world, 'ben sees it', his.conversation.lock, (s) => {
        return s.status === 'theirs' && s.idle.phase === 'asked';
      });
      check(theirs.status === 'theirs' && theirs.idle.phase === 'asked', 'asked');
      equal(theirs.idle.deadline, mine.idle.deadline, 'the deadline');
    },
  },
  {
    name: 'typing on keeps the lock, by an acknowledged command',
    rows: ['L4'],
    async run(world) {
      const { hers, his } = await asked(world);
      hers.conversation.activity('reply');
      await becomes(world, 'the question is withdrawn', hers.conversation.lock, isActive);
      await becomes(world, 'for ben too', his.conversation.lock, isActive);
    },
  },
  {
    name: '"yes" keeps the lock',
    rows: ['L4'],
    async run(world) {
      const { hers } = await asked(world);
      hers.conversation.lock.stay();
      await becomes(world, 'the question is withdrawn', hers.conversation.lock, isActive);
    },
  },
  {
    name: '"no" releases it as declined',
    rows: ['L4'],
    async run(world) {
      const { hers, his } = await asked(world);
      await eventually(world, 'released', hers.conversation.lock.release());
      equal(hers.conversation.lock.getSnapshot().status, 'free', 'for ana nothing is lost');
      await lockBecomes(world, his.conversation, 'free');
      const periods = await eventually(world, 'the history is read', his.conversation.history());
      equal(periods[0]?.endReason, 'declined', 'the reason');
      check(periods[0]?.askedAt !== null, 'it says when the holder was asked');
    },
  },
  {
    name: 'no answer releases it as idle, and the draft is kept',
    rows: ['L4', 'L15'],
    async run(world) {
      const { hers, his } = await asked(world);
      hers.conversation.draft('reply').set('Half an ans');
      const lost = await lockBecomes(world, hers.conversation, 'lost');
      equal(lost.reason, 'idle', 'the reason');
      await lockBecomes(world, his.conversation, 'free');
      equal(hers.conversation.draft('reply').getSnapshot().body, 'Half an ans', 'the draft');
      await becomes(
        world,
        'the draft is saved',
        hers.conversation.draft('reply'),
        ({ status }) => status === 'saved',
      );
    },
  },
  {
    name: 'going on puts the question off',
    rows: ['L4'],
    async run(world) {
      const ana = await world.join(world.ana);
      const { conversation } = await opened(world, ana, world.first);
      await lockBecomes(world, conversation, 'mine');
      for (let waited = 0; waited < 2 * world.times.idleAfter; waited += world.times.idleAfter / 4) {
        await world.pass(world.times.idleAfter / 4);
        conversation.activity(waited % 2 === 0 ? 'reply' : 'note');
        const state = conversation.lock.getSnapshot();
        check(state.status === 'mine' && state.idle.phase === 'active', 'not asked while typing');
      }
    },
  },
];
