import { LatchboxError } from '@latchbox/shared/error-codes';
import type { LockReceived } from '../events.ts';
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
  type Participant,
  refusal,
} from './world.ts';

interface Two {
  readonly ana: Participant;
  readonly ben: Participant;
  readonly hers: Opened;
  readonly his: Opened;
  readonly received: LockReceived[];
}

/** Ana holds a conversation, Ben looks at it. */
async function two(world: ContractWorld): Promise<Two> {
  const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
  const hers = await opened(world, ana, world.first);
  await lockBecomes(world, hers.conversation, 'mine');
  const his = await opened(world, ben, world.first, 'none');
  await lockBecomes(world, his.conversation, 'theirs');
  const received: LockReceived[] = [];
  ben.client.on('lock.received', (event) => received.push(event));
  return { ana, ben, hers, his, received };
}

/** The question that its holder sees. */
async function asked(world: ContractWorld, { conversation }: Opened) {
  const state = await becomes(
    world,
    'she is asked for it',
    conversation.lock,
    (s) => s.status === 'mine' && s.asks.length > 0,
  );
  const ask = state.status === 'mine' ? state.asks[0] : undefined;
  check(ask !== undefined, 'a question');
  return ask;
}

async function writes(world: ContractWorld, { conversation }: Opened, body: string): Promise<void> {
  const draft = conversation.draft('reply');
  draft.set(body);
  await becomes(world, 'it is saved', draft, ({ status }) => status === 'saved');
}

/** Asking for a lock (L12). */
const ASKING: readonly Behaviour[] = [
  {
    name: 'a holder who is asked passes it on with the draft, and loses nothing by it',
    rows: ['L12', 'L15'],
    async run(world) {
      const { hers, his, received } = await two(world);
      await writes(world, hers, 'Dear Mia,');
      const asking = his.conversation.lock.ask('I know her');
      const ask = await asked(world, hers);
      equal([ask.from.id, ask.note], [world.ben, 'I know her'], 'who asks, and why');
      await becomes(world, 'he sees that he has asked', his.conversation.lock, (s) => {
        return s.status === 'theirs' && s.asked?.deadline === ask.deadline;
      });
      hers.conversation.draft('reply').set('Dear Mia, on Monday');
      await eventually(world, 'passed', hers.conversation.lock.answer(ask.id, 'pass'));
      const lock = await eventually(world, 'he has it', asking);
      equal((await lockBecomes(world, his.conversation, 'mine')).lock.fence, lock.fence, 'the fence');
      const draft = his.conversation.draft('reply');
      await becomes(world, 'with the newest text', draft, ({ body }) => body === 'Dear Mia, on Monday');
      equal((await lockBecomes(world, hers.conversation, 'theirs')).holder.id, world.ben, 'for ana');
      await becomes(world, 'hers went along', hers.conversation.draft('reply'), ({ body }) => body === '');
      equal(
        received.map(({ how, from }) => [how, from?.id]),
        [['asked', world.ana]],
        'what is told of it',
      );
      await eventually(
        world,
        'he replies',
        his.conversation.reply({ body: 'Dear Mia, on Monday.' }).confirmed,
      );
    },
  },
  {
    name: 'typing on keeps it, and who asked is told who has it',
    rows: ['L12'],
    async run(world) {
      const { hers, his } = await two(world);
      const asking = refusal(world, 'it is kept', his.conversation.lock.ask());
      await asked(world, hers);
      hers.conversation.activity('reply');
      const error = await asking;
      check(LatchboxError.is(error, 'lock_held'), `the code is lock_held, not ${String(error)}`);
      equal(error.details.holder?.id, world.ana, 'who has it');
      const theirs = await lockBecomes(world, his.conversation, 'theirs');
      equal(theirs.asked, null, 'no question is left');
    },
  },
  {
    name: 'keeping it answers everybody who asks, and counts as activity',
    rows: ['L12', 'L4'],
    async run(world) {
      const { hers, his } = await two(world);
      const asking = refusal(world, 'it is kept', his.conversation.lock.ask());
      const ask = await asked(world, hers);
      await eventually(world, 'answered', hers.conversation.lock.answer(ask.id, 'keep'));
      check(LatchboxError.is(await asking, 'lock_held'), 'the code is lock_held');
      const late = await refusal(world, 'answered once more', hers.conversation.lock.answer(ask.id, 'pass'));
      check(LatchboxError.is(late, 'conflict'), 'a question that is over is a conflict');
    },
  },
  {
    name: 'no answer until the deadline counts as idle: the lock goes to whoever asked, the draft stays',
    rows: ['L12', 'L15'],
    async run(world) {
      const { hers, his, received } = await two(world);
      await writes(world, hers, 'Dear Mia,');
      await eventually(world, 'he has it', his.conversation.lock.ask());
      const lost = await lockBecomes(world, hers.conversation, 'lost');
      equal(lost.reason, 'idle', 'why');
      check(lost.now !== 'free' && lost.now.holder.id === world.ben, 'who has it now');
      equal(hers.conversation.draft('reply').getSnapshot().body, 'Dear Mia,', 'her draft');
      equal(
        received.map(({ how }) => how),
        ['asked'],
        'what is told of it',
      );
    },
  },
  {
    name: 'a question is taken back by its signal, and is still open after a lost connection',
    rows: ['L12', 'L16', 'S3'],
    async run(world) {
      const { ben, hers, his } = await two(world);
      const abort = new AbortController();
      const first = refusal(world, 'given up', his.conversation.lock.ask('', { signal: abort.signal }));
      await asked(world, hers);
      abort.abort();
      check(LatchboxError.is(await first, 'aborted'), 'the code is aborted');
      const { lock } = hers.conversation;
      await becomes(world, 'taken back', lock, (s) => s.status === 'mine' && s.asks.length === 0);
      const second = his.conversation.lock.ask();
      const ask = await asked(world, hers);
      ben.cut();
      await world.pass(300);
      ben.mend();
      await becomes(world, 'connected', ben.client.connection, ({ name }) => name === 'connected');
      await eventually(world, 'passed', lock.answer(ask.id, 'pass'));
      await eventually(world, 'he has it', second);
    },
  },
  {
    name: 'there is nobody to ask where nobody holds it, and where I do in another tab',
    rows: ['L12', 'S3'],
    async run(world) {
      const ana = await world.join(world.ana, 'one');
      const { lock } = ana.client.conversation(world.second);
      const free = await refusal(world, 'free', lock.ask());
      check(LatchboxError.is(free, 'lock_required'), `the code is lock_required, not ${String(free)}`);
      await eventually(world, 'taken', lock.acquire());
      const other = (await world.join(world.ana, 'two')).client.conversation(world.second).lock;
      const mine = await refusal(world, 'my own', other.ask());
      check(LatchboxError.is(mine, 'lock_elsewhere'), `the code is lock_elsewhere, not ${String(mine)}`);
    },
  },
];

/** Handing over (L12). */
const HANDING_OVER: readonly Behaviour[] = [
  {
    name: 'a lock that is handed over is there at once, whether its conversation is open there or not',
    rows: ['L12', 'L15'],
    async run(world) {
      const { ana, ben, his, received } = await two(world);
      const { conversation } = await opened(world, ana, world.second);
      const { lock } = await lockBecomes(world, conversation, 'mine');
      his.leave();
      conversation.draft('reply').set('Blue and green');
      const result = await eventually(world, 'handed over', lock.handOver(world.ben, 'Your colours'));
      equal(result.state, 'passed', 'what became of it');
      const there = ben.client.conversation(world.second);
      const mine = await lockBecomes(world, there, 'mine');
      const told = [world.second, world.ana, 'Your colours', 'handed_over'];
      equal(
        received.map(({ conversationId, from, note, how }) => [conversationId, from?.id, note, how]),
        [told],
        'what is told of it',
      );
      equal((await lockBecomes(world, conversation, 'theirs')).holder.id, world.ben, 'for ana');
      check(LatchboxError.is(lock.signal.reason, 'lock_lost'), 'her handle is over');
      await becomes(world, 'her text went along', conversation.draft('reply'), ({ body }) => body === '');
      await opened(world, ben, world.second, 'none');
      equal(there.draft('reply').getSnapshot().body, 'Blue and green', 'the draft');
      await eventually(world, 'given back', mine.lock.release());
    },
  },
  {
    name: 'a draft that the colleague has already stays before the one that is handed over',
    rows: ['L12', 'L15'],
    async run(world) {
      const { hers, his } = await two(world);
      await writes(world, his, 'His own.');
      await writes(world, hers, 'Hers.');
      const { lock } = await lockBecomes(world, hers.conversation, 'mine');
      await eventually(world, 'handed over', lock.handOver(world.ben));
      const draft = his.conversation.draft('reply');
      await becomes(world, 'both texts', draft, ({ body }) => body === 'His own.\n\nHers.');
    },
  },
  {
    name: 'a colleague who is not there is offered it, and the holder keeps it until it is taken',
    rows: ['L12'],
    async run(world) {
      const ana = await world.join(world.ana);
      const hers = await opened(world, ana, world.first);
      const { lock } = await lockBecomes(world, hers.conversation, 'mine');
      await writes(world, hers, 'Hers.');
      const result = await eventually(world, 'offered', lock.handOver(world.ben, 'Please'));
      check(result.state === 'offered', 'it is offered');
      const mine = await becomes(world, 'she sees it', hers.conversation.lock, (s) => {
        return s.status === 'mine' && s.handOver !== null;
      });
      check(mine.status === 'mine' && mine.handOver?.to.id === world.ben, 'to whom');
      const ben = await world.join(world.ben);
      const received: LockReceived[] = [];
      ben.client.on('lock.received', (event) => received.push(event));
      const his = await opened(world, ben, world.first, 'none');
      const offered = await lockBecomes(world, his.conversation, 'offered');
      equal(
        [offered.from?.id, offered.note, offered.until],
        [world.ana, 'Please', result.until],
        'the offer',
      );
      await eventually(world, 'accepted', his.conversation.lock.acceptOffer());
      await becomes(
        world,
        'the draft came along',
        his.conversation.draft('reply'),
        ({ body }) => body === 'Hers.',
      );
      await lockBecomes(world, hers.conversation, 'theirs');
      equal(
        received.map(({ how, from }) => [how, from?.id]),
        [['offered', world.ana]],
        'what is told of it',
      );
    },
  },
  {
    name: 'a hand-over that is offered can be withdrawn or declined, and is over in time',
    rows: ['L12'],
    async run(world) {
      const ana = await world.join(world.ana);
      const { conversation } = await opened(world, ana, world.first);
      const { lock } = await lockBecomes(world, conversation, 'mine');
      const stands = (is: boolean) =>
        becomes(world, is ? 'it stands' : 'it is over', conversation.lock, (s) => {
          return s.status === 'mine' && (s.handOver !== null) === is;
        });
      await eventually(world, 'offered', lock.handOver(world.ben));
      await stands(true);
      equal(await eventually(world, 'withdrawn', lock.handOver(null)), { state: 'withdrawn' }, 'the answer');
      await stands(false);
      await eventually(world, 'offered', lock.handOver(world.ben));
      await stands(true);
      conversation.activity('reply');
      await stands(false);
      await eventually(world, 'offered once more', lock.handOver(world.ben));
      const ben = await world.join(world.ben);
      const his = await opened(world, ben, world.first, 'none');
      await lockBecomes(world, his.conversation, 'offered');
      await eventually(world, 'declined', his.conversation.lock.leaveLine());
      await stands(false);
      await lockBecomes(world, his.conversation, 'theirs');
    },
  },
  {
    name: 'nobody can be given it who may not reply, nor oneself',
    rows: ['L12', 'S3'],
    async run(world) {
      const { hers } = await two(world);
      const { lock } = await lockBecomes(world, hers.conversation, 'mine');
      const self = await refusal(world, 'to oneself', lock.handOver(world.ana));
      check(LatchboxError.is(self, 'conflict'), 'the code is conflict');
      await world.revoke(world.ben, world.openInbox);
      const stranger = await refusal(world, 'to a stranger', lock.handOver(world.ben));
      check(LatchboxError.is(stranger, 'not_found'), 'the code is not_found');
      await eventually(world, 'she has it still', hers.conversation.reply({ body: 'Yes.' }).confirmed);
    },
  },
];

/** Taking over (L13). */
const TAKING_OVER: readonly Behaviour[] = [
  {
    name: 'who may not take over is refused, and the state says so before',
    rows: ['L13'],
    async run(world) {
      const { hers, his } = await two(world);
      const { lock } = his.conversation;
      const state = lock.getSnapshot();
      check(state.status === 'theirs' && !state.mayTakeOver, 'he may not');
      for (const trying of [() => lock.takeOver(), () => lock.acquire({ whenHeld: 'steal' })]) {
        const error = await refusal(world, 'taking over', trying());
        check(LatchboxError.is(error, 'forbidden'), `the code is forbidden, not ${String(error)}`);
      }
      equal(hers.conversation.lock.getSnapshot().status, 'mine', 'she has it still');
    },
  },
  {
    name: 'a lock that is taken over is lost at once, by whom and with what words, and the draft is kept',
    rows: ['L13', 'L15'],
    async run(world) {
      const { ana, hers, his, received } = await two(world);
      await world.letMembersTakeOver();
      await becomes(
        world,
        'now he may',
        his.conversation.lock,
        (s) => s.status === 'theirs' && s.mayTakeOver,
      );
      await writes(world, hers, 'Dear Mia,');
      const told: unknown[] = [];
      ana.client.on('lock.lost', ({ reason, by, note }) => told.push([reason, by?.id, note]));
      const lock = await eventually(world, 'taken', his.conversation.lock.takeOver('It is urgent'));
      equal((await lockBecomes(world, his.conversation, 'mine')).lock.fence, lock.fence, 'the fence');
      const lost = await lockBecomes(world, hers.conversation, 'lost');
      equal(
        [lost.reason, lost.by?.id, lost.note],
        ['taken_over', world.ben, 'It is urgent'],
        'what she sees',
      );
      check(lost.now !== 'free' && lost.now.holder.id === world.ben, 'who has it now');
      equal(told, [['taken_over', world.ben, 'It is urgent']], 'what is told of it');
      equal(hers.conversation.draft('reply').getSnapshot().body, 'Dear Mia,', 'her draft');
      equal(his.conversation.draft('reply').getSnapshot().body, '', 'it is not his');
      equal(received, [], 'nobody gave it to him');
      const late = await refusal(
        world,
        'a late reply',
        hers.conversation.reply({ body: 'Dear Mia,' }).confirmed,
      );
      check(LatchboxError.is(late, 'lock_lost') && late.details.reason === 'taken_over', 'it is stopped');
    },
  },
  {
    name: 'acquiring with whenHeld: steal takes what is free, and takes over what is not',
    rows: ['L13'],
    async run(world) {
      const { hers, his } = await two(world);
      await world.letMembersTakeOver();
      const steal = { whenHeld: 'steal', note: 'Mine' } as const;
      await eventually(world, 'stolen', his.conversation.lock.acquire(steal));
      equal((await lockBecomes(world, hers.conversation, 'lost')).note, 'Mine', 'what is said');
      await eventually(world, 'released', his.conversation.lock.release());
      await eventually(world, 'free, taken', hers.conversation.lock.acquire(steal));
      await lockBecomes(world, hers.conversation, 'mine');
    },
  },
  {
    name: 'nobody can be taken from where nobody holds it',
    rows: ['L13', 'S3'],
    async run(world) {
      await world.letMembersTakeOver();
      const ben = await world.join(world.ben);
      const error = await refusal(world, 'free', ben.client.conversation(world.first).lock.takeOver());
      check(LatchboxError.is(error, 'lock_required'), `the code is lock_required, not ${String(error)}`);
    },
  },
];

export const PASSING_BEHAVIOURS: readonly Behaviour[] = [...ASKING, ...HANDING_OVER, ...TAKING_OVER];
