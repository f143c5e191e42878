import { LatchboxError } from '@latchbox/shared/error-codes';
import { becomes, type Behaviour, check, equal, eventually, lockBecomes, opened, refusal } from './world.ts';

const isConnected = ({ name }: { readonly name: string }): boolean => name === 'connected';

/** Fences, last-seen, client ids, drafts (L5–L7, L15, S4). */
export const SEND_BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'a reply under the lock is shown at once and stored, and everybody sees it',
    rows: ['L1', 'L5'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const his = await opened(world, ben, world.first, 'none');
      const { conversation } = await opened(world, ana, world.first);
      const { lock } = await lockBecomes(world, conversation, 'mine');
      const sent = conversation.reply({ body: 'It comes tomorrow.' });
      equal(conversation.getSnapshot().outgoing, [sent.optimistic], 'what is shown at once');
      const stored = await eventually(world, 'stored', sent.confirmed);
      equal(
        [stored.body, stored.fence, stored.lateSend],
        ['It comes tomorrow.', lock.fence, false],
        'what is stored',
      );
      const seen = await becomes(
        world,
        'ben sees it',
        his.conversation,
        ({ entries }) => entries.length === 2,
      );
      equal(seen.entries[1]?.id, stored.id, 'the same entry');
      const shown = await becomes(
        world,
        'ana shows it once',
        conversation,
        ({ outgoing }) => outgoing.length === 0,
      );
      equal(shown.entries.length, 2, 'entries');
    },
  },
  {
    name: 'a send under an overtaken fence is stopped, names the holder, and the text stays',
    rows: ['L5'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const hers = await opened(world, ana, world.first);
      await lockBecomes(world, hers.conversation, 'mine');
      ana.cut();
      hers.conversation.draft('reply').set('Too late');
      const sent = hers.conversation.reply({ body: 'Too late' });
      const his = await opened(world, ben, world.first);
      await lockBecomes(world, his.conversation, 'free');
      await eventually(world, 'ben takes it', his.conversation.lock.acquire());
      await eventually(world, 'ben answers', his.conversation.reply({ body: 'Here it is.' }).confirmed);
      ana.mend();
      const error = await refusal(world, 'the send is stopped', sent.confirmed);
      check(LatchboxError.is(error, 'lock_lost'), 'the code is lock_lost');
      equal(error.details.holder?.id, world.ben, 'the holder');
      equal(error.details.entries.at(-1)?.kind, 'reply', 'what is new');
      const { outgoing, entries } = hers.conversation.getSnapshot();
      equal([outgoing[0]?.state, outgoing[0]?.body], ['failed', 'Too late'], 'what is kept');
      equal(hers.conversation.draft('reply').getSnapshot().body, 'Too late', 'the text in the composer');
      equal(entries.length, 2, 'nothing of it is stored');
    },
  },
  {
    name: 'a lock that ended is no obstacle to a send that nobody overtook',
    rows: ['L5'],
    async run(world) {
      const ana = await world.join(world.ana);
      const { conversation } = await opened(world, ana, world.first);
      await lockBecomes(world, conversation, 'mine');
      await lockBecomes(world, conversation, 'lost');
      const stored = await eventually(
        world,
        'stored',
        conversation.reply({ body: 'Late, but here.' }).confirmed,
      );
      equal(stored.lateSend, true, 'it is marked');
    },
  },
  {
    name: 'the same client id twice stores one reply; the same text twice stores two',
    rows: ['L6'],
    async run(world) {
      const ana = await world.join(world.ana);
      const { conversation } = await opened(world, ana, world.first);
      await lockBecomes(world, conversation, 'mine');
      const one = conversation.reply({ body: 'Yes.' });
      const first = await eventually(world, 'stored', one.confirmed);
      const again = await eventually(
        world,
        'answered',
        conversation.reply({ body: 'Yes.', clientId: one.clientId }).confirmed,
      );
      equal(again.id, first.id, 'the same answer');
      const two = await eventually(world, 'stored', conversation.reply({ body: 'Yes.' }).confirmed);
      check(two.id !== first.id, 'equal texts are not duplicates');
      const { entries } = await becomes(
        world,
        'the thread has them',
        conversation,
        (s) => s.entries.length === 3,
      );
      equal(entries.filter(({ kind }) => kind === 'reply').length, 2, 'replies');
      const error = await refusal(
        world,
        'another text',
        conversation.reply({ body: 'No.', clientId: one.clientId }).confirmed,
      );
      check(LatchboxError.is(error, 'idempotency_mismatch'), 'the code is idempotency_mismatch');
    },
  },
  {
    name: 'a send that had not seen the newest message is stopped with it; sending anyway goes through once',
    rows: ['L7', 'L16', 'S4'],
    async run(world) {
      const ana = await world.join(world.ana);
      const { conversation } = await opened(world, ana, world.first);
      await lockBecomes(world, conversation, 'mine');
      ana.cut();
      await becomes(world, 'offline', ana.client.connection, (s) => !isConnected(s));
      const sent = conversation.reply({ body: 'On Monday.' });
      await world.customerWrites(world.first, 'Never mind, cancel it.');
      ana.mend();
      const error = await refusal(world, 'the send is stopped', sent.confirmed);
      check(LatchboxError.is(error, 'thread_moved_on'), `the code is thread_moved_on, not ${String(error)}`);
      equal(
        error.details.entries.map((entry) => entry.kind),
        ['message'],
        'what is new',
      );
      equal(conversation.getSnapshot().entries.length, 2, 'the thread is current');
      const anyway = await eventually(world, 'sent anyway', conversation.sendAnyway(sent.clientId).confirmed);
      equal(anyway.position, 3, 'its place');
      equal(conversation.getSnapshot().outgoing.length, 0, 'nothing is left over');
    },
  },
  {
    name: 'what is sent while offline is stored exactly once after the reconnect',
    rows: ['S4', 'L6', 'L16'],
    async run(world) {
      const ana = await world.join(world.ana);
      const { conversation } = await opened(world, ana, world.first);
      await lockBecomes(world, conversation, 'mine');
      ana.cut();
      await becomes(world, 'offline', ana.client.connection, (s) => !isConnected(s));
      const sent = [
        conversation.reply({ body: 'One.' }).confirmed,
        conversation.note({ body: 'Two.' }).confirmed,
      ];
      equal(ana.client.sync.getSnapshot(), { unsent: 2, failed: 0 }, 'unsent');
      await world.pass(300);
      ana.mend();
      await eventually(world, 'both are stored', Promise.all(sent));
      await becomes(
        world,
        'shown once',
        conversation,
        ({ entries, outgoing }) => entries.length === 3 && outgoing.length === 0,
      );
      equal(ana.client.sync.getSnapshot(), { unsent: 0, failed: 0 }, 'unsent');
    },
  },
  {
    name: 'in a compose-mode inbox sending gives the lock back, and the next reply takes it again',
    rows: ['L1', 'L3'],
    async run(world) {
      const ana = await world.join(world.ana);
      const { conversation } = await opened(world, ana, world.composed);
      conversation.activity('reply');
      await lockBecomes(world, conversation, 'mine');
      await eventually(world, 'stored', conversation.reply({ body: 'One.' }).confirmed);
      await lockBecomes(world, conversation, 'free');
      await eventually(world, 'stored', conversation.reply({ body: 'Two.' }).confirmed);
      const periods = await eventually(world, 'the history is read', conversation.history());
      equal(
        periods.map(({ endReason }) => endReason),
        ['sent', 'sent'],
        'why the locks ended',
      );
    },
  },
  {
    name: 'sending and archiving gives the lock back and archives',
    rows: ['L3', 'T1'],
    async run(world) {
      const ana = await world.join(world.ana);
      const { conversation } = await opened(world, ana, world.first);
      await lockBecomes(world, conversation, 'mine');
      await eventually(world, 'stored', conversation.reply({ body: 'Done.', then: 'archive' }).confirmed);
      await lockBecomes(world, conversation, 'free');
      await becomes(world, 'archived', conversation, ({ row }) => row?.status === 'archived');
      await world.customerWrites(world.first, 'Once more.');
      await becomes(world, 'open again', conversation, ({ row }) => row?.status === 'open');
    },
  },
  {
    name: 'drafts of reply and note are saved apart, survive their client, and colleagues see whose there are',
    rows: ['L15'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const watched = await opened(world, ben, world.first, 'none');
      const { conversation } = await opened(world, ana, world.first, 'none');
      conversation.draft('reply').set('Dear Mia');
      conversation.draft('note').set('She called twice');
      const { row } = await becomes(
        world,
        'ben sees them',
        watched.conversation,
        (s) => s.row?.drafts.length === 2,
      );
      equal(
        row?.drafts.map(({ person, kind }) => `${person.id} ${kind}`).sort(),
        [`${world.ana} note`, `${world.ana} reply`],
        'whose',
      );
      await eventually(world, 'closed', ana.client.close());
      const later = await opened(world, await world.join(world.ana, 'later'), world.first, 'none');
      equal(later.conversation.draft('reply').getSnapshot().body, 'Dear Mia', 'the reply');
      equal(later.conversation.draft('note').getSnapshot().body, 'She called twice', 'the note');
    },
  },
  {
    name: 'a draft that was changed in another tab is offered, and nothing is lost',
    rows: ['L15'],
    async run(world) {
      const [one, two] = [await world.join(world.ana, 'one'), await world.join(world.ana, 'two')];
      const first = (await opened(world, one, world.first, 'none')).conversation.draft('reply');
      const second = (await opened(world, two, world.first, 'none')).conversation.draft('reply');
      first.set('From the first tab');
      await eventually(world, 'saved', first.flush());
      second.set('From the second tab');
      const state = await becomes(world, 'offered', second, ({ status }) => status === 'conflict');
      check(state.status === 'conflict', 'a conflict');
      equal([state.body, state.newer], ['From the second tab', 'From the first tab'], 'both texts');
      second.resolve('mine');
      await becomes(world, 'saved', second, ({ status }) => status === 'saved');
      equal(second.getSnapshot().body, 'From the second tab', 'the text');
    },
  },
  {
    name: 'a sent draft is gone and does not come back',
    rows: ['L15'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const watched = await opened(world, ben, world.first, 'none');
      const { conversation } = await opened(world, ana, world.first);
      await lockBecomes(world, conversation, 'mine');
      const draft = conversation.draft('reply');
      draft.set('Dear Mia, it is on its way.');
      await becomes(world, 'saved', draft, ({ status }) => status === 'saved');
      await eventually(
        world,
        'stored',
        conversation.reply({ body: 'Dear Mia, it is on its way.' }).confirmed,
      );
      await becomes(world, 'no draft left', watched.conversation, ({ row }) => row?.drafts.length === 0);
      await world.pass(2_000);
      equal([draft.getSnapshot().body, draft.getSnapshot().status], ['', 'saved'], 'the draft');
      draft.set('And');
      await becomes(
        world,
        'the next one is saved',
        watched.conversation,
        ({ row }) => row?.drafts.length === 1,
      );
    },
  },
];
