import type { Account } from '@latchbox/shared/model/account';
import { LatchboxError } from '@latchbox/shared/error-codes';
import {
  becomes,
  type Behaviour,
  check,
  type ContractWorld,
  equal,
  eventually,
  lockBecomes,
  opened,
  type Participant,
  refusal,
} from './world.ts';

/** The account of an inbox, once the client knows it. */
async function accountOf(world: ContractWorld, { client }: Participant, inboxId: string): Promise<Account> {
  const isKnown = (known: unknown): boolean => known !== null;
  const known = await becomes(world, 'the accounts are known', client.accounts, isKnown);
  const account = known?.accounts.find((one) => one.inboxId === inboxId);
  check(account !== undefined, `there is an account of ${inboxId}`);
  return account;
}

/** Writing first (M6, M11, W2). */
export const COMPOSE_BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'what is written first begins a conversation in Archived, once, and its answer brings it to Inbox',
    rows: ['M6', 'M7'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const account = await accountOf(world, ana, world.openInbox);
      const message = {
        account: account.id,
        to: { address: 'Nele@Customer.test', name: 'Nele' },
        subject: 'Your parcel',
        body: 'It is on its way.',
      };
      const sent = ana.client.compose(message);
      const entry = await eventually(world, 'it is stored', sent.confirmed);
      const again = ana.client.compose({ ...message, clientId: sent.clientId });
      equal((await eventually(world, 'asked again', again.confirmed)).id, entry.id, 'the same message');
      const { conversation } = await opened(world, ben, entry.conversationId, 'none');
      const { row, entries } = conversation.getSnapshot();
      equal(
        [row?.status, row?.subject, row?.contact.name, row?.contact.address, entries.length],
        ['archived', 'Your parcel', 'Nele', 'nele@customer.test', 1],
        'the conversation',
      );
      equal(entries[0]?.author?.name, ana.client.me.getSnapshot()?.name, 'who wrote it');
      await world.customerWrites(entry.conversationId, 'Thank you.');
      await becomes(world, 'it is in Inbox', conversation, (seen) => seen.row?.status === 'open');
      const error = await refusal(
        world,
        'another text under the same id',
        ana.client.compose({ ...message, body: 'Else', clientId: sent.clientId }).confirmed,
      );
      check(LatchboxError.is(error, 'idempotency_mismatch'), 'the code is idempotency_mismatch');
    },
  },
  {
    name: 'writing to a contact who has a conversation on the account continues it, and needs its lock',
    rows: ['M11'],
    async run(world) {
      const [ana, ben] = [await world.join(world.ana), await world.join(world.ben)];
      const account = await accountOf(world, ana, world.openInbox);
      const { row } = (await opened(world, ana, world.first, 'none')).conversation.getSnapshot();
      const to = { contactId: row?.contact.id ?? '' };
      const his = await opened(world, ben, world.first);
      await lockBecomes(world, his.conversation, 'mine');
      const target = { account: account.id, to };
      const checked = await eventually(world, 'checked', ana.client.checkCompose(target));
      equal(checked.continues?.id, world.first, 'what it would continue');
      const held = await refusal(
        world,
        'while Ben holds it',
        ana.client.compose({ ...target, body: 'Hello' }).confirmed,
      );
      check(LatchboxError.is(held, 'lock_held'), 'the code is lock_held');
      equal(held.details.holder?.id, world.ben, 'who is named');
      const other = await accountOf(world, ana, world.composeInbox);
      const warned = await eventually(world, 'checked', ana.client.checkCompose({ account: other.id, to }));
      equal([warned.continues, warned.held.map(({ id }) => id)], [null, [world.first]], 'a warning');
      his.leave();
      await lockBecomes(world, his.conversation, 'free');
      const lastSeen = checked.continues?.newestPosition ?? 0;
      const sent = ana.client.compose({ ...target, body: 'Hello', lastSeen });
      const entry = await eventually(world, 'it is stored', sent.confirmed);
      equal(entry.conversationId, world.first, 'where it is');
      const late = await refusal(
        world,
        'something newer',
        ben.client.compose({ ...target, body: 'Hello too', lastSeen }).confirmed,
      );
      check(LatchboxError.is(late, 'thread_moved_on'), 'the code is thread_moved_on');
    },
  },
  {
    name: 'what is written first waits for a connection, and is stored once whatever is lost',
    rows: ['S4', 'M6'],
    async run(world) {
      const ana = await world.join(world.ana);
      const account = await accountOf(world, ana, world.openInbox);
      ana.cut();
      const to = { address: 'otto@customer.test' };
      const sent = ana.client.compose({ account: account.id, to, body: 'Good morning' });
      await world.pass(2_000);
      equal(ana.client.sync.getSnapshot().unsent, 1, 'what is unsent');
      ana.mend();
      const entry = await eventually(world, 'it is stored', sent.confirmed);
      equal([entry.position, entry.body], [1, 'Good morning'], 'what is stored');
      equal(ana.client.sync.getSnapshot().unsent, 0, 'what is unsent');
    },
  },
  {
    name: 'the accounts of the default inbox come first, and contacts are found by how they begin',
    rows: ['W2', 'M6'],
    async run(world) {
      const ana = await world.join(world.ana);
      const { client } = ana;
      const account = await accountOf(world, ana, world.composeInbox);
      const stop = client.accounts.subscribe(() => undefined);
      await eventually(world, 'set', client.setDefaultInbox(world.composeInbox));
      const known = await becomes(
        world,
        'it is the default',
        client.accounts,
        (accounts) => accounts?.defaultInboxId === world.composeInbox,
      );
      equal(known?.accounts[0]?.id, account.id, 'the first account');
      stop();
      const { row } = (await opened(world, ana, world.first, 'none')).conversation.getSnapshot();
      const { name = '', address = '' } = row?.contact ?? {};
      for (const text of [name.slice(0, 2).toUpperCase(), address]) {
        const found = await eventually(world, 'found', client.findContacts(text));
        check(
          found.some(({ contact }) => contact.id === row?.contact.id),
          `${text} finds ${name}`,
        );
      }
    },
  },
];
