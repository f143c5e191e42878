import { EventData } from '@latchbox/shared';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { conversationRow } from '../../database/rows.ts';
import { contacts } from '../../database/schema/sqlite.ts';
import { givenConversation } from '../../database/testing/given.ts';
import { TEST_DIALECTS } from '../../database/testing/open.ts';
import { createDesk, createGround, type Desk, type Ground } from '../testing/desk.ts';
import { ownerChanged } from './responsible.ts';

describe.each(TEST_DIALECTS)('the owner of a contact on %s', (dialect) => {
  let ground: Ground;
  let desk: Desk;
  beforeAll(async () => {
    ground = await createGround(dialect);
  }, 60_000);
  beforeEach(async () => {
    desk = await createDesk(ground);
  });
  afterAll(() => ground.db.close());

  const own = (ownerId: string | null) =>
    desk.db.inTransaction(async (tx) => {
      await tx.db.update(contacts).set({ ownerId }).where(eq(contacts.id, desk.contactId));
      return await ownerChanged(tx, { wake: () => undefined }, desk.contactId, ownerId);
    });
  const row = () => conversationRow(desk.db.read, desk.conversationId);

  test('answers for what is assigned to nobody, and everybody is told', async () => {
    const other = await givenConversation(desk.db, desk.inboxId);
    expect(await own(desk.ben.id)).toBe(1);
    expect(await row()).toMatchObject({ assignee: { id: desk.ben.id, name: 'Ben Okafor' }, byOwner: true });
    expect((await conversationRow(desk.db.read, other.conversationId)).assignee).toBeNull();
    // The same again changes nothing, and tells nothing.
    expect(await own(desk.ben.id)).toBe(0);
    const events = await desk.events();
    expect(events).toHaveLength(1);
    expect(EventData.parse(events[0])).toMatchObject({ type: 'conversation.changed' });
    const { told, stored } = await desk.rows();
    expect(told).toEqual(stored);
    expect(await own(null)).toBe(1);
    const { assignee, byOwner } = await row();
    expect([assignee, byOwner]).toEqual([null, undefined]);
  });

  test('does not touch what was assigned', async () => {
    await desk.messaging.assign(desk.by('anna'), { ...desk, assigneeId: desk.anna.id });
    expect(await own(desk.ben.id)).toBe(0);
    expect(await row()).toMatchObject({ assignee: { id: desk.anna.id } });
    expect((await row()).byOwner).toBeUndefined();
    // Given back, it is the owner's.
    await desk.messaging.assign(desk.by('anna'), { ...desk, assigneeId: null });
    expect(await row()).toMatchObject({ assignee: { id: desk.ben.id }, byOwner: true });
    await desk.messaging.assign(desk.by('anna'), { ...desk, assigneeId: desk.anna.id });
    expect((await row()).byOwner).toBeUndefined();
  });

  test('answers for what the contact begins from then on', async () => {
    const begin = async () => (await desk.messaging.receive(desk.inbound())).conversationId;
    const { contact } = await conversationRow(desk.db.read, await begin());
    await desk.db.inTransaction((tx) =>
      tx.db.update(contacts).set({ ownerId: desk.ben.id }).where(eq(contacts.id, contact.id)),
    );
    expect(await conversationRow(desk.db.read, await begin())).toMatchObject({
      assignee: { id: desk.ben.id },
      byOwner: true,
    });
  });

  test('is whom the lists find', async () => {
    await own(desk.ben.id);
    const found = async (assignee: string) =>
      (await desk.messaging.list(desk.ben.id, { filter: { assignee }, after: null, limit: 10 })).rows.map(
        ({ id }) => id,
      );
    expect(await found('me')).toEqual([desk.conversationId]);
    expect(await found('none')).toEqual([]);
    const { inboxes } = await desk.messaging.counts(desk.ben.id);
    expect(inboxes[0]).toMatchObject({ mine: 1, unassigned: 0 });
  });
});
