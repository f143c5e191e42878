import { becomes, type Behaviour, eventually } from './world.ts';

/** How many there are of what, and what else a customer wrote. */
export const VIEW_BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'counts follow what is assigned, read, and snoozed',
    rows: ['T1'],
    async run(world) {
      const ana = await world.join(world.ana);
      const { counts } = ana.client;
      const shows = (what: string, wanted: Record<string, number>) =>
        becomes(world, what, counts, (all) => {
          const mine = all.find(({ inboxId }) => inboxId === world.openInbox);
          return Object.entries(wanted).every(([name, count]) => mine?.[name as 'open'] === count);
        });
      counts.subscribe(() => {});
      await shows('both are open', { open: 2, unread: 2, mine: 0, unassigned: 2, snoozed: 0 });
      const first = ana.client.conversation(world.first);
      await eventually(world, 'it is assigned', first.assign(world.ana));
      await shows('one is hers', { open: 2, mine: 1, mineUnread: 1, unassigned: 1 });
      await eventually(world, 'it is read', first.markRead());
      await shows('one is read', { unread: 1, mineUnread: 0 });
      const until = ana.client.clock.now() + 3_600_000;
      await eventually(world, 'it is snoozed', ana.client.conversation(world.second).snooze(until));
      await shows('one is snoozed', { open: 1, unread: 0, snoozed: 1, unassigned: 0 });
      await eventually(world, 'it is back', ana.client.conversation(world.second).setStatus('open'));
      await shows('both are open', { open: 2, unread: 1, snoozed: 0 });
    },
  },
];
