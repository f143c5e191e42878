import { LatchboxError } from '@latchbox/shared/error-codes';
import { becomes, type Behaviour, check, equal, eventually, lockBecomes, opened, refusal } from './world.ts';

const isConnected = ({ name }: { readonly name: string }): boolean => name === 'connected';

/** Typing, presence, resuming, missing nothing (L9, L10, L16, L17, S3). */
export const LIVE_BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'who types reaches the others at once, is seen by who opens later, and expires by itself',
    rows: ['L9'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const { conversation } = await opened(world, ana, world.first);
      const first = await opened(world, ben, world.first, 'none');
      conversation.activity('reply');
      const typists = await becomes(
        world,
        'ben sees it',
        first.conversation.typists,
        (all) => all.length === 1,
      );
      equal([typists[0]?.person.id, typists[0]?.kind], [world.ana, 'reply'], 'who types what');
      equal(conversation.typists.getSnapshot().length, 0, 'nobody sees themselves');
      const later = await world.join(world.ben, 'later');
      const second = await opened(world, later, world.first, 'none');
      await becomes(world, 'seen by who opens later', second.conversation.typists, (all) => all.length === 1);
      ana.cut();
      await world.pass(world.typingExpires + 500);
      equal(first.conversation.typists.getSnapshot().length, 0, 'it is over by itself');
    },
  },
  {
    name: 'typing a note is told as a note, and ends when the composer is emptied',
    rows: ['L9'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const { conversation } = await opened(world, ana, world.first, 'none');
      const { typists } = (await opened(world, ben, world.first, 'none')).conversation;
      conversation.draft('note').set('H');
      conversation.activity('note');
      await becomes(world, 'a note', typists, (all) => all[0]?.kind === 'note');
      conversation.draft('note').set('');
      await becomes(world, 'over', typists, (all) => all.length === 0);
    },
  },
  {
    name: 'who views is shown, one a person over all tabs, and goes with the last of them',
    rows: ['L10'],
    async run(world) {
      const ben = await world.join(world.ben);
      const { viewers } = (await opened(world, ben, world.first, 'none')).conversation;
      const [one, two] = [await world.join(world.ana, 'one'), await world.join(world.ana, 'two')];
      const first = await opened(world, one, world.first, 'none');
      await opened(world, two, world.first, 'none');
      const hers = (sessions: number) => (all: ReturnType<typeof viewers.getSnapshot>) =>
        (all.find(({ person }) => person.id === world.ana)?.sessions ?? 0) === sessions;
      await becomes(world, 'two tabs, one person', viewers, hers(2));
      first.leave();
      await becomes(world, 'one tab left', viewers, hers(1));
      two.cut();
      await becomes(world, 'no ghost', viewers, hers(0));
    },
  },
  {
    name: 'who is there is shown in the inbox',
    rows: ['L10'],
    async run(world) {
      const ben = await world.join(world.ben);
      const { presence } = ben.client.inbox(world.openInbox);
      const isThere = (all: ReturnType<typeof presence.getSnapshot>): boolean =>
        all.people.some(({ person, availability }) => person.id === world.ana && availability !== 'offline');
      equal(isThere(presence.getSnapshot()), false, 'ana is not there yet');
      const ana = await world.join(world.ana);
      await becomes(world, 'ana came', presence, isThere);
      await eventually(world, 'closed', ana.client.close());
      await becomes(world, 'ana went', presence, (all) => !isThere(all));
    },
  },
  {
    name: 'a client that reconnects has its lock still, and the same fence',
    rows: ['L16', 'L17'],
    async run(world) {
      const ana = await world.join(world.ana);
      const { conversation } = await opened(world, ana, world.first);
      const { lock } = await lockBecomes(world, conversation, 'mine');
      ana.cut();
      await becomes(world, 'offline', ana.client.connection, (s) => !isConnected(s));
      const offline = conversation.lock.getSnapshot();
      check(offline.status === 'mine' && offline.stale, 'still shown, as stale');
      ana.mend();
      await becomes(world, 'connected', ana.client.connection, (s) => s.name === 'connected' && s.resumed);
      const after = await lockBecomes(world, conversation, 'mine');
      equal([after.lock.fence, lock.signal.aborted], [lock.fence, false], 'the same lock');
      await eventually(world, 'stored', conversation.reply({ body: 'Still here.' }).confirmed);
    },
  },
  {
    name: 'a reloaded tab has its lock still',
    rows: ['L16', 'L14'],
    async run(world) {
      const before = await world.join(world.ana, 'tab');
      const { lock } = await lockBecomes(
        world,
        (await opened(world, before, world.first)).conversation,
        'mine',
      );
      before.cut();
      const after = await world.join(world.ana, 'tab');
      const state = await lockBecomes(world, (await opened(world, after, world.first)).conversation, 'mine');
      equal(state.lock.fence, lock.fence, 'the fence');
    },
  },
  {
    name: 'a client that was away misses no event, and gets each once and in order',
    rows: ['L16', 'S4'],
    async run(world) {
      const ana = await world.join(world.ana);
      const seen: string[] = [];
      ana.client.on('event', ({ stream, seq }) => seen.push(`${stream} ${seq}`));
      const { conversation } = await opened(world, ana, world.first, 'none');
      await world.customerWrites(world.first, 'One');
      await becomes(world, 'the first is there', conversation, ({ entries }) => entries.length === 2);
      ana.cut();
      await world.customerWrites(world.first, 'Two');
      await world.customerWrites(world.second, 'Three');
      ana.mend();
      await becomes(world, 'the missed one is there', conversation, ({ entries }) => entries.length === 3);
      await world.customerWrites(world.first, 'Four');
      await becomes(world, 'and the next', conversation, ({ entries }) => entries.length === 4);
      equal(
        conversation.getSnapshot().entries.map(({ position }) => position),
        [1, 2, 3, 4],
        'positions',
      );
      const numbers = seen
        .filter((place) => place.startsWith('inbox:'))
        .map((place) => Number(place.split(' ')[1]));
      const first = numbers[0] ?? 0;
      equal(
        numbers,
        numbers.map((_, index) => first + index),
        'sequence numbers',
      );
    },
  },
  {
    name: 'a restarted server gives the holder the lock back',
    rows: ['L17', 'L16'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const { conversation } = await opened(world, ana, world.first);
      const { lock } = await lockBecomes(world, conversation, 'mine');
      await world.restart();
      await becomes(world, 'connected', ana.client.connection, isConnected);
      const state = await lockBecomes(world, conversation, 'mine');
      equal(state.lock.fence, lock.fence, 'the fence');
      await becomes(world, 'ben is back', ben.client.connection, isConnected);
      await lockBecomes(world, (await opened(world, ben, world.first)).conversation, 'theirs');
      await world.customerWrites(world.first, 'Are you there?');
      await becomes(world, 'events go on', conversation, ({ entries }) => entries.length === 2);
    },
  },
  {
    name: 'a list follows every change, and knows what was read',
    rows: ['L16', 'T1', 'S1'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const list = ben.client.list({ inboxIds: [world.openInbox], status: 'open' });
      await becomes(world, 'read', list, ({ status }) => status === 'ready');
      await world.customerWrites(world.first, 'Anybody?');
      const top = await becomes(world, 'it is on top', list, ({ rows }) => rows[0]?.id === world.first);
      equal(top.rows[0]?.unread, true, 'unread');
      const { conversation } = await opened(world, ben, world.first, 'none');
      await eventually(world, 'marked', conversation.markRead());
      await becomes(world, 'read now', list, ({ rows }) => rows[0]?.unread === false);
      const hers = (await opened(world, ana, world.first, 'none')).conversation;
      await eventually(world, 'assigned', hers.assign(world.ben));
      await becomes(world, 'assigned to ben', list, ({ rows }) => rows[0]?.assignee?.id === world.ben);
      await eventually(world, 'archived', hers.setStatus('archived'));
      await becomes(world, 'gone from the list', list, ({ rows }) =>
        rows.every(({ id }) => id !== world.first),
      );
    },
  },
  {
    name: 'what is not there is refused with not_found, and nothing hangs',
    rows: ['S3'],
    async run(world) {
      const ana = await world.join(world.ana);
      const missing = ana.client.conversation('cnv_not_there');
      missing.open({ lock: 'none' });
      const error = await refusal(world, 'ready', missing.ready);
      check(LatchboxError.is(error, 'not_found'), 'the code is not_found');
      equal(missing.getSnapshot().status, 'gone', 'the snapshot');
      ana.cut();
      await becomes(world, 'offline', ana.client.connection, (s) => !isConnected(s));
      const offline = await refusal(world, 'acquire', ana.client.conversation(world.first).lock.acquire());
      check(LatchboxError.is(offline, 'offline', 'timeout'), 'it does not hang');
    },
  },
];
