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

interface Three {
  readonly ana: Participant;
  readonly ben: Participant;
  readonly cleo: Participant;
  readonly hers: Opened;
  readonly his: Opened;
  readonly third: Opened;
}

/** Ana holds a conversation, Ben and Cleo look at it. */
async function three(world: ContractWorld): Promise<Three> {
  const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
  const cleo = await world.join(world.cleo);
  const hers = await opened(world, ana, world.first);
  await lockBecomes(world, hers.conversation, 'mine');
  const his = await opened(world, ben, world.first, 'none');
  const third = await opened(world, cleo, world.first, 'none');
  await lockBecomes(world, third.conversation, 'theirs');
  return { ana, ben, cleo, hers, his, third };
}

/** Waits until this many wait. */
const queueOf = (world: ContractWorld, { conversation }: Opened, ids: readonly string[]) =>
  becomes(world, `in line are ${ids.join()}`, conversation.lock, ({ queue }) => {
    return queue.map(({ id }) => id).join() === ids.join();
  });

/** The waiting line (L11). */
export const LINE_BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'who waits is offered the lock when it frees, first come first served, then the one after',
    rows: ['L11'],
    async run(world) {
      const { hers, his, third } = await three(world);
      his.conversation.lock.join();
      await queueOf(world, third, [world.ben]);
      third.conversation.lock.join();
      await queueOf(world, hers, [world.ben, world.cleo]);
      equal(his.conversation.lock.getSnapshot().place, 1, "ben's place");
      await becomes(world, "cleo's place", third.conversation.lock, ({ place }) => place === 2);
      await eventually(world, 'released', hers.conversation.lock.release());
      const offered = await lockBecomes(world, his.conversation, 'offered');
      equal([offered.from, offered.note], [null, ''], 'it is nobody who gives it');
      const reserved = await lockBecomes(world, third.conversation, 'reserved');
      equal([reserved.for.id, reserved.until], [world.ben, offered.until], 'for whom, until when');
      check(!reserved.mayTakeOver, 'nor may she take it over');
      await world.pass(world.times.offerTime);
      await lockBecomes(world, third.conversation, 'offered');
      equal(his.conversation.lock.getSnapshot().place, null, 'who let it pass is out of the line');
      const lock = await eventually(world, 'accepted', third.conversation.lock.acceptOffer());
      equal(lock.signal.aborted, false, 'the handle');
      equal((await lockBecomes(world, his.conversation, 'theirs')).holder.id, world.cleo, 'the holder');
    },
  },
  {
    name: 'nobody else gets a lock that is offered, and typing takes it where it is',
    rows: ['L11'],
    async run(world) {
      const { hers, his, third } = await three(world);
      his.conversation.lock.join();
      await queueOf(world, hers, [world.ben]);
      await eventually(world, 'released', hers.conversation.lock.release());
      await lockBecomes(world, his.conversation, 'offered');
      const error = await refusal(world, 'acquire by another', third.conversation.lock.acquire());
      check(LatchboxError.is(error, 'lock_held'), `the code is lock_held, not ${String(error)}`);
      equal([error.details.holder, error.details.offeredTo?.id], [null, world.ben], 'to whom it is offered');
      await eventually(world, 'taken', his.conversation.lock.acquire());
      await lockBecomes(world, his.conversation, 'mine');
    },
  },
  {
    name: 'acquiring with whenHeld: queue waits in line and takes the turn by itself',
    rows: ['L11'],
    async run(world) {
      const { ben, hers, his } = await three(world);
      const received: LockReceived[] = [];
      ben.client.on('lock.received', (event) => received.push(event));
      const waiting = his.conversation.lock.acquire({ whenHeld: 'queue' });
      await queueOf(world, hers, [world.ben]);
      await eventually(world, 'released', hers.conversation.lock.release());
      const lock = await eventually(world, 'it is his turn', waiting);
      equal((await lockBecomes(world, his.conversation, 'mine')).lock.fence, lock.fence, 'the fence');
      const about = { conversationId: world.first, from: null, note: '', how: 'offered' };
      equal(received, [about], 'what is told of it');
    },
  },
  {
    name: 'waiting ends by its signal, and the place with it',
    rows: ['L11', 'S3'],
    async run(world) {
      const { hers, his } = await three(world);
      const abort = new AbortController();
      const waiting = refusal(
        world,
        'aborted',
        his.conversation.lock.acquire({ whenHeld: 'queue', signal: abort.signal }),
      );
      await queueOf(world, hers, [world.ben]);
      abort.abort();
      check(LatchboxError.is(await waiting, 'aborted'), 'the code is aborted');
      await queueOf(world, hers, []);
    },
  },
  {
    name: 'a place that was given up in another tab is over everywhere, and said',
    rows: ['L11', 'L14'],
    async run(world) {
      const { hers, his } = await three(world);
      const other = await opened(world, await world.join(world.ben, 'other'), world.first, 'none');
      const waiting = refusal(world, 'it is over', his.conversation.lock.acquire({ whenHeld: 'queue' }));
      await becomes(world, 'the other tab shows it', other.conversation.lock, ({ place }) => place === 1);
      await eventually(world, 'left', other.conversation.lock.leaveLine());
      check(LatchboxError.is(await waiting, 'lock_held'), 'the code is lock_held');
      await queueOf(world, hers, []);
    },
  },
  {
    name: 'declining what is offered gives it to the next',
    rows: ['L11'],
    async run(world) {
      const { hers, his, third } = await three(world);
      const leave = his.conversation.lock.join();
      await queueOf(world, third, [world.ben]);
      third.conversation.lock.join();
      await queueOf(world, hers, [world.ben, world.cleo]);
      await eventually(world, 'released', hers.conversation.lock.release());
      await lockBecomes(world, his.conversation, 'offered');
      leave();
      await lockBecomes(world, third.conversation, 'offered');
    },
  },
  {
    name: 'an offer that is accepted in one tab is over in the others',
    rows: ['L11', 'L14'],
    async run(world) {
      const { hers, his } = await three(world);
      const other = await opened(world, await world.join(world.ben, 'other'), world.first, 'none');
      his.conversation.lock.join();
      await queueOf(world, hers, [world.ben]);
      await eventually(world, 'released', hers.conversation.lock.release());
      await lockBecomes(world, his.conversation, 'offered');
      await lockBecomes(world, other.conversation, 'offered');
      await eventually(world, 'accepted', other.conversation.lock.acceptOffer());
      await lockBecomes(world, his.conversation, 'mine-elsewhere');
    },
  },
  {
    name: 'who waits elsewhere is told of the offer, and can take it without opening the conversation',
    rows: ['L11'],
    async run(world) {
      const { ben, hers, his } = await three(world);
      const offers: string[] = [];
      ben.client.on('lock.offered', ({ conversationId }) => offers.push(conversationId));
      his.conversation.lock.join();
      await queueOf(world, hers, [world.ben]);
      his.leave();
      await world.pass(500);
      await eventually(world, 'released', hers.conversation.lock.release());
      await lockBecomes(world, his.conversation, 'offered');
      equal(offers, [world.first], 'what is told');
      await eventually(world, 'accepted', his.conversation.lock.acceptOffer());
    },
  },
  {
    name: 'a place survives a short loss of the connection, and an idle holder passes the lock to the line',
    rows: ['L11', 'L4', 'L16'],
    async run(world) {
      const { ben, hers, his } = await three(world);
      const waiting = his.conversation.lock.acquire({ whenHeld: 'queue' });
      await queueOf(world, hers, [world.ben]);
      ben.cut();
      await world.pass(300);
      ben.mend();
      await becomes(world, 'connected', ben.client.connection, ({ name }) => name === 'connected');
      await eventually(world, 'ana is idle, and it is his', waiting);
      const lost = await lockBecomes(world, hers.conversation, 'lost');
      equal([lost.reason, lost.by], ['idle', null], 'how ana lost it');
    },
  },
  {
    name: 'who may not see the inbox any more waits no more',
    rows: ['L11'],
    async run(world) {
      const { hers, his, third } = await three(world);
      his.conversation.lock.join();
      await queueOf(world, third, [world.ben]);
      await world.revoke(world.ben, world.openInbox);
      await queueOf(world, hers, []);
    },
  },
];
