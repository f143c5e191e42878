/** Who stands in the address book: not those who only wrote to somebody's personal inbox (H1). */
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ContactFilter, countContacts, listContacts } from '../database/contacts/records.ts';
import { updateContact } from '../database/contacts/writes.ts';
import { inboxes } from '../database/schema/sqlite.ts';
import { TEST_DIALECTS } from '../database/testing/open.ts';
import { createDesk, createGround, type Desk, type Ground } from '../messaging/testing/desk.ts';

describe.each(TEST_DIALECTS)('on %s', (dialect) => {
  let ground: Ground;
  /** Anna's, and one that is shared. */
  let personal: Desk;
  let shared: Desk;
  beforeAll(async () => {
    ground = await createGround(dialect);
    personal = await createDesk(ground);
    shared = await createDesk(ground);
    await ground.db.inTransaction((tx) =>
      tx.db.update(inboxes).set({ kind: 'personal' }).where(eq(inboxes.id, personal.inboxId)),
    );
  }, 60_000);
  afterAll(() => ground.db.close());

  const writes = (desk: Desk, name: string) => {
    const from = { name, address: `${name.toLowerCase()}@quist.example` };
    return desk.messaging.receive(desk.inbound({ channel: 'email', from }));
  };
  const names = async (agentId: string, filter: ContactFilter = {}) =>
    (await listContacts(ground.db.read, agentId, filter, null, 100)).map(({ name }) => name);
  const admin = () => shared.admin.id;

  test('who wrote to a personal inbox is known to its owner alone, and to whoever knows the whole address', async () => {
    const before = await countContacts(ground.db.read, admin());
    await writes(personal, 'Doctor');
    expect(await names(admin())).not.toContain('Doctor');
    expect(await countContacts(ground.db.read, admin())).toBe(before);
    expect(await names(personal.anna.id)).toContain('Doctor');
    for (const search of ['Doctor', 'doctor', 'doctor@', 'doctor@quist.exampl'])
      expect(await names(admin(), { search })).toEqual([]);
    expect(await names(admin(), { search: ' Doctor@Quist.example ' })).toEqual(['Doctor']);
  });

  test('who writes to a shared inbox as well stands there from then on', async () => {
    await writes(personal, 'Lawyer');
    expect(await names(admin())).not.toContain('Lawyer');
    await writes(shared, 'Lawyer');
    expect(await names(admin())).toContain('Lawyer');
  });

  test('who is written down or changed by hand stands there', async () => {
    await writes(personal, 'Aunt');
    const [aunt] = await listContacts(ground.db.read, admin(), { search: 'aunt@quist.example' }, null, 2);
    await ground.db.inTransaction((tx) => updateContact(tx, aunt?.id ?? '', { name: 'Aunt Mo' }));
    expect(await names(admin())).toContain('Aunt Mo');
  });
});
