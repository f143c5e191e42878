import { LatchboxError } from '@latchbox/shared/error-codes';
import { becomes, type Behaviour, check, equal, eventually, lockBecomes, opened, refusal } from './world.ts';

/** Taking, showing and giving back (L1–L3, L14). */
export const LOCK_BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'opening takes the lock in an open-mode inbox, and everybody else sees who has it and since when',
    rows: ['L1'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const hers = await opened(world, ana, world.first);
      const mine = await lockBecomes(world, hers.conversation, 'mine');
      const his = await opened(world, ben, world.first);
      const theirs = await lockBecomes(world, his.conversation, 'theirs');
      equal(theirs.holder.id, world.ana, 'the holder');
      equal(theirs.since, mine.since, 'since when');
      const list = ben.client.list({ inboxIds: [world.openInbox] });
      const { rows } = await becomes(world, 'the list is read', list, ({ status }) => status === 'ready');
      const lock = rows.find(({ id }) => id === world.first)?.lock;
      check(lock?.status === 'held' && lock.holder.id === world.ana, 'the list names the holder');
    },
  },
  {
    name: 'reading needs no lock, and who only reads takes none',
    rows: ['L1'],
    async run(world) {
      const ben = await world.join(world.ben);
      const { conversation } = await opened(world, ben, world.first, 'none');
      equal(conversation.getSnapshot().entries.length, 1, 'entries');
      equal(conversation.lock.getSnapshot().status, 'free', 'the lock');
    },
  },
  {
    name: 'the first keystroke takes the lock in a compose-mode inbox, opening does not',
    rows: ['L1'],
    async run(world) {
      const ana = await world.join(world.ana);
      const { conversation } = await opened(world, ana, world.composed);
      await world.pass(200);
      equal(conversation.lock.getSnapshot().status, 'free', 'after opening');
      conversation.activity('note');
      await world.pass(200);
      equal(conversation.lock.getSnapshot().status, 'free', 'after typing a note');
      conversation.activity('reply');
      await lockBecomes(world, conversation, 'mine');
    },
  },
  {
    name: 'notes are allowed while somebody else holds the lock',
    rows: ['L1'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      await lockBecomes(world, (await opened(world, ana, world.first)).conversation, 'mine');
      const { conversation } = await opened(world, ben, world.first);
      const note = await eventually(
        world,
        'the note is stored',
        conversation.note({ body: 'Ask me.' }).confirmed,
      );
      equal(note.kind, 'note', 'what is stored');
    },
  },
  {
    name: 'in an open-mode inbox going to another conversation frees the last one',
    rows: ['L1'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const watched = await opened(world, ben, world.first, 'none');
      const before = await opened(world, ana, world.first);
      await lockBecomes(world, before.conversation, 'mine');
      await lockBecomes(world, watched.conversation, 'theirs');
      const after = await opened(world, ana, world.second);
      await lockBecomes(world, after.conversation, 'mine');
      await lockBecomes(world, watched.conversation, 'free');
    },
  },
  {
    name: 'a lock that frees later is taken by the first keystroke alone',
    rows: ['L1'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const hers = await opened(world, ana, world.first);
      await lockBecomes(world, hers.conversation, 'mine');
      const his = await opened(world, ben, world.first);
      await lockBecomes(world, his.conversation, 'theirs');
      await eventually(world, 'released', hers.conversation.lock.release());
      await lockBecomes(world, his.conversation, 'free');
      await world.pass(300);
      equal(his.conversation.lock.getSnapshot().status, 'free', 'without a keystroke');
      his.conversation.activity('reply');
      await lockBecomes(world, his.conversation, 'mine');
    },
  },
  {
    name: 'a refused acquire names the right holder',
    rows: ['L1', 'S3'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const hers = await opened(world, ana, world.first);
      const { since } = await lockBecomes(world, hers.conversation, 'mine');
      const { conversation } = await opened(world, ben, world.first, 'none');
      const error = await refusal(world, 'acquire', conversation.lock.acquire());
      check(LatchboxError.is(error, 'lock_held'), 'the code is lock_held');
      equal(error.details.holder?.id, world.ana, 'the holder');
      equal(error.details.since, since, 'since when');
    },
  },
  {
    name: 'leaving the conversation, and closing the client, free the lock',
    rows: ['L3'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const watched = await opened(world, ben, world.first, 'none');
      const hers = await opened(world, ana, world.first);
      await lockBecomes(world, watched.conversation, 'theirs');
      hers.leave();
      await lockBecomes(world, watched.conversation, 'free');
      await opened(world, ana, world.first);
      await lockBecomes(world, watched.conversation, 'theirs');
      await eventually(world, 'closed', ana.client.close());
      await lockBecomes(world, watched.conversation, 'free');
    },
  },
  {
    name: 'a holder who is gone keeps the lock for the reconnect grace, and not longer',
    rows: ['L2', 'L3'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const hers = await opened(world, ana, world.first);
      await lockBecomes(world, hers.conversation, 'mine');
      const { conversation } = await opened(world, ben, world.first, 'none');
      await lockBecomes(world, conversation, 'theirs');
      ana.cut();
      await becomes(world, 'gone', conversation.lock, (s) => s.status === 'theirs' && s.goneUntil !== null);
      await world.pass(world.times.reconnectGrace / 2);
      equal(conversation.lock.getSnapshot().status, 'theirs', 'within the grace');
      await lockBecomes(world, conversation, 'free');
      const periods = await eventually(world, 'the history is read', conversation.history());
      equal(periods[0]?.endReason, 'disconnected', 'the reason');
    },
  },
  {
    name: 'who loses access loses the lock at once, and the reason is told',
    rows: ['L3'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const { conversation } = await opened(world, ana, world.first);
      await lockBecomes(world, conversation, 'mine');
      const watched = await opened(world, ben, world.first, 'none');
      await world.revoke(world.ana, world.openInbox);
      await lockBecomes(world, watched.conversation, 'free');
      await becomes(world, 'it is gone for ana', conversation, ({ status }) => status === 'gone');
      await becomes(world, 'the inbox is hidden', ana.client.inboxes, (all) =>
        all.every(({ id }) => id !== world.openInbox),
      );
    },
  },
  {
    name: 'one agent in two tabs has one lock: the other tab says so, and gets it when it is given back',
    rows: ['L14'],
    async run(world) {
      const [one, two] = [await world.join(world.ana, 'one'), await world.join(world.ana, 'two')];
      const first = await opened(world, one, world.first);
      await lockBecomes(world, first.conversation, 'mine');
      const { conversation } = await opened(world, two, world.first);
      await lockBecomes(world, conversation, 'mine-elsewhere');
      const error = await refusal(world, 'acquire in the other tab', conversation.lock.acquire());
      check(LatchboxError.is(error, 'lock_elsewhere'), 'the code is lock_elsewhere');
      await eventually(world, 'released', first.conversation.lock.release());
      await lockBecomes(world, conversation, 'free');
      await eventually(world, 'taken by the other tab', conversation.lock.acquire());
      await lockBecomes(world, first.conversation, 'mine-elsewhere');
    },
  },
  {
    name: 'a lock that was lost says why and who has it now, until it is dismissed',
    rows: ['L1', 'L3'],
    async run(world) {
      const [one, two] = [await world.join(world.ana, 'one'), await world.join(world.ana, 'two')];
      const { conversation } = await opened(world, one, world.first);
      const { lock } = await lockBecomes(world, conversation, 'mine');
      await lockBecomes(world, (await opened(world, two, world.second)).conversation, 'mine');
      const lost = await lockBecomes(world, conversation, 'lost');
      equal([lost.reason, lost.now], ['switched', 'free'], 'what is shown');
      check(lock.signal.aborted && LatchboxError.is(lock.signal.reason, 'lock_lost'), 'the handle is over');
      const ben = await world.join(world.ben);
      await lockBecomes(world, (await opened(world, ben, world.first)).conversation, 'mine');
      await becomes(world, 'the new holder is named', conversation.lock, (state) => {
        return state.status === 'lost' && state.now !== 'free' && state.now.holder.id === world.ben;
      });
      conversation.lock.dismiss();
      equal(conversation.lock.getSnapshot().status, 'theirs', 'after dismissing');
    },
  },
];
