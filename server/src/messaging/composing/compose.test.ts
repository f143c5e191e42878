import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eq } from 'drizzle-orm';
import { putInboxAddress } from '../../database/mail-addresses.ts';
import { insertNumber } from '../../database/texting/numbers.ts';
import { givenAgent, givenInbox } from '../../database/testing/given.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import { conversations, inboxMembers, lockEpochs, outbox } from '../../database/schema/sqlite.ts';
import { newId } from '../../lib/ids.ts';
import { textsOn } from '../../lib/phone.ts';
import type { Author } from '../api.ts';
import type { ComposeInput } from './compose.ts';
import { type Composing, createComposing } from './composing.ts';
import { codeOf, createDesk, createGround, type Desk, type Ground, refusal } from '../testing/desk.ts';

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  let composing: Composing;
  /** Accounts of the desk's inbox. */
  let simulator: string;
  let mail: string;
  let nth = 0;

  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
    nth += 1;
    const address = `orders${nth}@fernhill.example`;
    const { inboxId, db } = desk;
    await db.inTransaction((tx) => putInboxAddress(tx, { inboxId, address, name: 'Fernhill orders' }));
    simulator = `simulator:${inboxId}`;
    mail = `email:${address}`;
    composing = createComposing({
      db,
      logEpoch: 'log_test',
      wake: () => undefined,
      poke: () => undefined,
      endLock: () => Promise.resolve(false),
      activity: () => undefined,
      simulator: true,
    });
  });
  afterAll(() => ground.db.close());

  const someone = () => `customer${nth}@quist.example`;
  const input = (message: Partial<ComposeInput> = {}): ComposeInput => ({
    clientId: `compose-${nth}-1`,
    account: mail,
    to: { address: someone(), name: 'Cora Quist' },
    subject: 'Your order has left',
    body: 'It comes on Friday.',
    ...message,
  });
  const write = (message?: Partial<ComposeInput>, by: Author = desk.by('anna')) =>
    composing.compose(by, input(message));
  const row = async (id: string) =>
    (await desk.messaging.open(desk.anna.id, { conversationId: id, limit: 9 })).row;

  /** An agent holds a conversation, as far as the database knows. */
  async function holds(conversationId: string, agentId: string, epoch: number): Promise<void> {
    await desk.db.inTransaction(async (tx) => {
      await tx.db.insert(lockEpochs).values({
        conversationId,
        epoch,
        agentId,
        sessionId: desk.sessions.ben,
        connectionNo: 1,
        leaseToken: `lease ${conversationId}`,
        requestId: `request-${conversationId}`,
        lockOn: 'compose',
        grantedAt: tx.now,
        activeAt: tx.now,
      });
      await tx.db.update(conversations).set({ lockEpoch: epoch }).where(eq(conversations.id, conversationId));
    });
  }

  test('a message that is written first begins a conversation, in Archived, with its event and its place in the outbox', async () => {
    const { entry } = await write();
    expect(entry).toMatchObject({
      position: 1,
      fence: 1,
      author: { name: 'Anna Berg' },
      mail: {
        from: { name: 'Anna Berg (Fernhill orders)', address: mail.slice('email:'.length) },
        to: [{ name: 'Cora Quist', address: someone() }],
        subject: 'Your order has left',
      },
    });
    const { conversationId } = entry;
    expect(await row(conversationId)).toMatchObject({
      status: 'archived',
      channel: 'email',
      subject: 'Your order has left',
      contact: { name: 'Cora Quist', address: someone() },
      preview: { kind: 'reply', author: 'Anna Berg', text: 'It comes on Friday.' },
      newestIncoming: 0,
      lock: { status: 'free', fence: 1 },
    });
    const queued = await desk.db.read.select().from(outbox).where(eq(outbox.conversationId, conversationId));
    expect(queued).toMatchObject([{ state: 'queued', channel: 'email', position: 1 }]);
    const epochs = await desk.db.read
      .select()
      .from(lockEpochs)
      .where(eq(lockEpochs.conversationId, conversationId));
    expect(epochs).toMatchObject([{ epoch: 1, endReason: 'one_shot', agentId: desk.anna.id }]);
    const { told, stored } = await desk.rows();
    expect(told).toEqual(stored);
    expect((await desk.events()).at(-1)).toMatchObject({ type: 'entry.added', entry });
  });

  test('the same client id twice, also at once, is one message in one conversation', async () => {
    const [first, second] = await Promise.all([write(), write()]);
    expect(second.entry).toEqual(first.entry);
    expect((await write()).entry).toEqual(first.entry);
    expect(await codeOf(write({ body: 'Another text.' }))).toBe('idempotency_mismatch');
    expect(await codeOf(write({ subject: 'Another one' }))).toBe('idempotency_mismatch');
    expect((await write({ clientId: `compose-${nth}-2` })).entry.conversationId).toBe(
      first.entry.conversationId,
    );
  });

  test('two messages to a new contact at once, with ids of their own, are one conversation', async () => {
    const two = await Promise.all([
      write({ account: simulator, clientId: `compose-${nth}-1` }),
      write({ account: simulator, clientId: `compose-${nth}-2` }, desk.by('ben')),
    ]);
    expect(new Set(two.map(({ entry }) => entry.conversationId)).size).toBe(1);
    expect(new Set(two.map(({ entry }) => entry.position))).toEqual(new Set([1, 2]));
  });

  test('a contact who has a conversation on the account is answered there; a mail with another subject begins one', async () => {
    const { entry: first } = await write({ account: simulator });
    const { entry: second } = await write({
      account: simulator,
      clientId: `compose-${nth}-2`,
      subject: 'Else',
    });
    expect([second.conversationId, second.position]).toEqual([first.conversationId, 2]);
    const { entry: mailed } = await write({ clientId: `compose-${nth}-3` });
    expect(mailed.conversationId).not.toBe(first.conversationId);
    const { entry: same } = await write({ clientId: `compose-${nth}-4`, subject: ' your  order has left ' });
    expect(same).toMatchObject({
      conversationId: mailed.conversationId,
      mail: { subject: 'Re: Your order has left' },
    });
    const { entry: other } = await write({ clientId: `compose-${nth}-5`, subject: 'An offer' });
    expect(other.conversationId).not.toBe(mailed.conversationId);
  });

  test('what it continues stays where it is, in Inbox too', async () => {
    const conversation = await row(desk.conversationId);
    const { entry } = await write({ account: simulator, to: { contactId: conversation.contact.id } });
    expect(entry.conversationId).toBe(desk.conversationId);
    expect((await row(desk.conversationId)).status).toBe('open');
  });

  test('a conversation that a colleague holds is continued by nobody else, and the refusal names the colleague', async () => {
    await holds(desk.conversationId, desk.ben.id, 1);
    const { contact } = await row(desk.conversationId);
    const message = { account: simulator, to: { contactId: contact.id } };
    const refused = await refusal(write(message));
    expect(refused).toMatchObject({ code: 'lock_held', details: { holder: { name: 'Ben Okafor' } } });
    expect(
      (await desk.messaging.open(desk.anna.id, { conversationId: desk.conversationId, limit: 9 })).entries,
    ).toHaveLength(1);
    const check = await composing.check(desk.by('anna'), message);
    expect(check.continues).toMatchObject({
      id: desk.conversationId,
      lock: { holder: { name: 'Ben Okafor' } },
    });
    // Its holder goes on under the lock that it has.
    expect((await write(message, desk.by('ben'))).entry.fence).toBe(1);
  });

  test('from another account a colleague’s conversation is a reason to warn, not to refuse', async () => {
    await holds(desk.conversationId, desk.ben.id, 1);
    const own = await givenInbox(desk.db, { name: `Anna’s own ${nth}` });
    await desk.db.inTransaction(async (tx) => {
      await tx.db
        .insert(inboxMembers)
        .values({ inboxId: own.inboxId, agentId: desk.anna.id, capability: 'reply', since: tx.now });
    });
    const { contact } = await row(desk.conversationId);
    const message = { account: `simulator:${own.inboxId}`, to: { contactId: contact.id } };
    const check = await composing.check(desk.by('anna'), message);
    expect(check.continues).toBeNull();
    expect(check.held).toMatchObject([{ id: desk.conversationId, lock: { holder: { name: 'Ben Okafor' } } }]);
    const { entry } = await write(message);
    expect(await row(entry.conversationId)).toMatchObject({
      inboxId: own.inboxId,
      contact: { id: contact.id },
    });
  });

  test('with the position that was checked, something newer refuses it', async () => {
    const { contact, newestPosition } = await row(desk.conversationId);
    const message = { account: simulator, to: { contactId: contact.id }, lastSeen: newestPosition };
    await desk.messaging.receive(
      desk.inbound({ conversationId: desk.conversationId, from: { name: '', address: contact.address } }),
    );
    expect(await refusal(write(message))).toMatchObject({
      code: 'thread_moved_on',
      details: { newest: newestPosition + 1 },
    });
    expect((await write({ ...message, lastSeen: newestPosition + 1 })).entry.position).toBe(
      newestPosition + 2,
    );
  });

  test('the answer to it threads into it and brings it to Inbox', async () => {
    const { entry } = await write({ account: simulator });
    await desk.messaging.receive(
      desk.inbound({
        conversationId: entry.conversationId,
        from: { name: 'Cora Quist', address: someone() },
      }),
    );
    expect(await row(entry.conversationId)).toMatchObject({
      status: 'open',
      newestPosition: 2,
      newestIncoming: 2,
    });
  });

  test('what is sent on before the customer answers leaves from the same address', async () => {
    const { inboxId, db } = desk;
    const second = `second${nth}@fernhill.example`;
    await db.inTransaction((tx) => putInboxAddress(tx, { inboxId, address: second, name: '' }));
    const { entry } = await write({ account: `email:${second}` });
    expect(entry.mail?.from).toEqual({ name: 'Anna Berg (Orders)', address: second });
    const more = await desk.answer('And one more thing.', { conversationId: entry.conversationId });
    expect(more.entry.mail).toMatchObject({ from: { address: second }, subject: 'Re: Your order has left' });
  });

  test('a text begins the conversation of its two numbers, or goes on in it, from the number that was chosen', async () => {
    const { inboxId, db } = desk;
    const ours = (last: number) => `+1212555${String(nth).padStart(2, '0')}${String(last).padStart(2, '0')}`;
    const put = (last: number, registration: 'not_needed' | 'pending', isPrimary: boolean) =>
      db.inTransaction((tx) =>
        insertNumber(tx, {
          id: newId('num'),
          inboxId,
          e164: ours(last),
          providerSid: newId('num'),
          sms: true,
          mms: true,
          voice: false,
          tollFree: false,
          isPrimary,
          voiceForward: null,
          registration,
        }),
      );
    await put(1, 'not_needed', false);
    await put(2, 'not_needed', true);
    await put(3, 'pending', false);
    const { accounts } = await composing.accounts(desk.anna.id);
    // The primary one first; the one that the carriers do not know yet is in nobody's choice (M4).
    expect(accounts.map(({ id }) => id)).toEqual([mail, `sms:${ours(2)}`, `sms:${ours(1)}`, simulator]);
    const text = {
      account: `sms:${ours(2)}`,
      to: { address: '(415) 555-2671' },
      subject: 'Not shown',
      body: 'It is ready.',
    };
    const { entry } = await write(text);
    expect(await row(entry.conversationId)).toMatchObject({
      channel: 'sms',
      subject: textsOn(ours(2)),
      status: 'archived',
      contact: { name: '+1 415 555 2671', address: '+14155552671' },
    });
    const again = await write({ ...text, to: { address: '+1 415 555 2671' }, clientId: `compose-${nth}-2` });
    expect(again.entry).toMatchObject({ conversationId: entry.conversationId, position: 2 });
    const other = await write({ ...text, account: `sms:${ours(1)}`, clientId: `compose-${nth}-3` });
    expect(other.entry.conversationId).not.toBe(entry.conversationId);
    const wrong = write({ ...text, to: { address: '12' }, clientId: `compose-${nth}-4` });
    expect(await refusal(wrong)).toMatchObject({
      code: 'invalid',
      details: { issues: [{ path: 'to.address' }] },
    });
    const unknown = write({ ...text, account: `sms:${ours(3)}`, clientId: `compose-${nth}-5` });
    expect(await codeOf(unknown)).toBe('not_found');
  });

  test('who may not reply, and who is no member, sends nothing and learns nothing', async () => {
    expect(await codeOf(write({}, desk.by('rita')))).toBe('forbidden');
    expect(await codeOf(write({}, desk.by('admin')))).toBe('not_found');
    expect(await codeOf(write({ account: 'email:nobody@fernhill.example' }))).toBe('not_found');
    const stranger = await givenAgent(desk.db, 'Sam Else', [await givenInbox(desk.db)]);
    const [account] = (await composing.accounts(stranger.id)).accounts;
    const by = { agentId: stranger.id, agentName: stranger.name };
    const { contact } = await row(desk.conversationId);
    const message = { account: account?.id ?? '', to: { contactId: contact.id } };
    expect(await codeOf(write(message, by))).toBe('not_found');
    expect(await codeOf(composing.check(by, message))).toBe('not_found');
    const byAddress = { account: account?.id ?? '', to: { address: contact.address } };
    expect(await composing.check(by, byAddress)).toEqual({ contact: null, continues: null, held: [] });
    expect(await composing.findContacts(stranger.id, { text: '', limit: 8 })).toEqual({ contacts: [] });
  });

  test('an address that the channel cannot reach is refused, before anything is stored', async () => {
    const issues = [{ path: 'to.address' }];
    expect(await refusal(write({ to: { address: 'nobody' } }))).toMatchObject({
      code: 'invalid',
      details: { issues },
    });
    const { contact } = await row(desk.conversationId);
    expect(await codeOf(write({ to: { contactId: contact.id } }))).toBe('invalid');
  });

  test('lists what an agent may send from, its default inbox first', async () => {
    const other = await givenInbox(desk.db, { name: 'A first one' });
    const both = await givenAgent(desk.db, 'Bo Both', [other, desk]);
    const ids = async () => (await composing.accounts(both.id)).accounts.map(({ id }) => id);
    expect(await ids()).toEqual([`simulator:${other.inboxId}`, mail, simulator]);
    await composing.setDefaultInbox(both.id, desk.inboxId);
    expect(await ids()).toEqual([mail, simulator, `simulator:${other.inboxId}`]);
    expect((await composing.accounts(both.id)).defaultInboxId).toBe(desk.inboxId);
    await composing.setDefaultInbox(both.id, null);
    expect((await composing.accounts(both.id)).defaultInboxId).toBeNull();
    const { accounts } = await composing.accounts(both.id);
    expect(accounts).toMatchObject([
      { label: 'A first one', address: '', channel: 'simulator', shared: false },
      { label: 'Orders', channel: 'email', shared: true, colour: '#3b6ea5' },
      { label: 'Orders', channel: 'simulator', shared: true },
    ]);
    expect((await composing.accounts(desk.rita.id)).accounts).toEqual([]);
    expect(await codeOf(composing.setDefaultInbox(desk.rita.id, desk.inboxId))).toBe('forbidden');
    expect(await codeOf(composing.setDefaultInbox(desk.anna.id, other.inboxId))).toBe('not_found');
  });

  test('suggests contacts by the beginning of an address and of any word of a name', async () => {
    await desk.clock.advance(1_000);
    await write({ to: { address: someone(), name: 'Élodie van der Berg' } });
    const found = async (text: string, channel?: 'email' | 'simulator') =>
      (await composing.findContacts(desk.anna.id, { text, channel, limit: 8 })).contacts.map(
        ({ contact }) => contact.name,
      );
    expect(await found('élo')).toEqual(['Élodie van der Berg']);
    expect(await found('BER')).toEqual(['Élodie van der Berg']);
    expect(await found(`customer${nth}@`)).toEqual(['Élodie van der Berg']);
    expect(await found(`customer${nth}@`, 'simulator')).toEqual([]);
    expect(await found('')).toEqual(['Élodie van der Berg', 'Mara Lind']);
    expect(await found('lodie')).toEqual([]);
  });

  test('suggests no address of the team’s own, which are contacts where colleagues write to each other', async () => {
    const { accounts } = await composing.accounts(desk.anna.id);
    const own = accounts.find(({ channel }) => channel === 'email')?.address ?? '';
    await desk.clock.advance(1_000);
    await write({ to: { address: own, name: 'Our own desk' } });
    const found = async (text: string) =>
      (await composing.findContacts(desk.anna.id, { text, limit: 20 })).contacts.map(
        ({ contact }) => contact.address,
      );
    for (const text of ['', own.slice(0, 4), 'desk']) expect(await found(text)).not.toContain(own);
  });
});
