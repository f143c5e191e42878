import { LatchboxError } from '@latchbox/shared/error-codes';
import { becomes, type Behaviour, check, equal, eventually, lockBecomes, opened, refusal } from './world.ts';

/** What goes elsewhere and comes back: the lock to another tab (L14), a conversation to a later time (T1). */
export const MOVING_BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'a lock that moved can move back, and asking for what is here already answers it',
    rows: ['L14'],
    async run(world) {
      const [one, two] = [await world.join(world.ana, 'one'), await world.join(world.ana, 'two')];
      const first = (await opened(world, one, world.first)).conversation;
      await lockBecomes(world, first, 'mine');
      const second = (await opened(world, two, world.first)).conversation;
      await eventually(world, 'moved', second.lock.moveHere());
      await lockBecomes(world, first, 'mine-elsewhere');
      const back = await eventually(world, 'moved back', first.lock.moveHere());
      await lockBecomes(world, first, 'mine');
      equal((await eventually(world, 'asked again', first.lock.moveHere())).fence, back.fence, 'the fence');
      await lockBecomes(world, second, 'mine-elsewhere');
    },
  },
  {
    name: 'with the lock the draft comes along, as it is on the server, into a tab that was open before',
    rows: ['L14', 'L15'],
    async run(world) {
      const [one, two] = [await world.join(world.ana, 'one'), await world.join(world.ana, 'two')];
      const first = (await opened(world, one, world.first)).conversation;
      await lockBecomes(world, first, 'mine');
      const second = (await opened(world, two, world.first)).conversation;
      first.draft('reply').set('Half a sentence');
      await becomes(world, 'it is saved', first.draft('reply'), ({ status }) => status === 'saved');
      equal(second.draft('reply').getSnapshot().body, '', 'in the other tab, before');
      await eventually(world, 'moved', second.lock.moveHere());
      await becomes(world, 'it came along', second.draft('reply'), ({ body }) => body === 'Half a sentence');
      second.draft('reply').set('Half a sentence, and the rest');
      await becomes(world, 'it is saved there', second.draft('reply'), ({ status }) => status === 'saved');
      await eventually(world, 'moved back', first.lock.moveHere());
      const draft = first.draft('reply');
      await becomes(world, 'and back', draft, ({ body }) => body === 'Half a sentence, and the rest');
    },
  },
  {
    name: 'what waited in a tab from which the lock has moved is not sent, and is kept',
    rows: ['L14', 'L5'],
    async run(world) {
      const [one, two] = [await world.join(world.ana, 'one'), await world.join(world.ana, 'two')];
      const before = (await opened(world, one, world.first)).conversation;
      await lockBecomes(world, before, 'mine');
      const after = (await opened(world, two, world.first)).conversation;
      await lockBecomes(world, after, 'mine-elsewhere');
      one.cut();
      await becomes(world, 'the line is down', one.client.connection, ({ name }) => name !== 'connected');
      const pending = before.reply({ body: 'Written before it moved.' });
      const failed = refusal(world, 'sent after the move', pending.confirmed);
      await eventually(world, 'moved', after.lock.moveHere());
      one.mend();
      const error = await failed;
      check(
        LatchboxError.is(error, 'lock_lost') && error.details.reason === 'moved',
        'it is lock_lost, moved',
      );
      const { outgoing } = before.getSnapshot();
      equal(
        outgoing.map(({ body }) => body),
        ['Written before it moved.'],
        'what is kept',
      );
      await eventually(world, 'sent from there', after.reply({ body: 'From my other tab.' }).confirmed);
    },
  },
  {
    name: 'a snooze is a line in the thread, with its time, and so is waking up, which nobody did; no other time is one',
    rows: ['T1'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const { conversation } = await opened(world, ana, world.composed);
      const past = await refusal(world, 'until now', conversation.snooze(ana.client.clock.now()));
      check(LatchboxError.is(past, 'invalid') && past.details.issues[0]?.path === 'until', 'it is invalid');
      const his = (await opened(world, ben, world.composed)).conversation;
      const until = ana.client.clock.now() + 4_000;
      await eventually(world, 'snoozed', conversation.snooze(until));
      await becomes(world, 'he sees until when', his, ({ row }) => row?.snoozedUntil === until);
      await world.pass(5_000);
      const awake = await becomes(world, 'it is back', his, ({ row }) => row?.status === 'open');
      equal(awake.row?.snoozedUntil, undefined, 'until when, afterwards');
      const lines = awake.entries.flatMap((entry) =>
        entry.kind === 'activity' && entry.what.type === 'status'
          ? [[entry.what.to, entry.what.until ?? null, entry.author?.id ?? null]]
          : [],
      );
      equal(
        lines,
        [
          ['snoozed', until, world.ana],
          ['open', null, null],
        ],
        'the lines in the thread',
      );
    },
  },
];
