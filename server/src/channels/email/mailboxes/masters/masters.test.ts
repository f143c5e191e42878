import { eq } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import { audit, mailboxes as table, notices, notifications } from '../../../../database/schema/sqlite.ts';
import { TEST_DIALECTS } from '../../../../database/testing/open.ts';
import { givenDirectory, givenStaff } from '../../../../directory/testing/directory.ts';
import { silentLog } from '../../../../lib/log.ts';
import { endMailbox, insertMailbox } from '../../../../database/mailboxes.ts';
import { createMasters } from './masters.ts';

// Starting PGlite takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const incoming = {
  host: 'mail.shop.example',
  port: 993,
  security: 'tls',
  user: 'help',
  auth: 'password',
  folders: ['INBOX'],
  sentFolder: null,
  copySent: true,
  importDays: 30,
} as const;

async function given(dialect: (typeof TEST_DIALECTS)[number]) {
  const at = await givenDirectory(dialect);
  const staff = await givenStaff(at.directory);
  const masters = createMasters({ db: at.db, log: silentLog, wake: (stream) => void at.woken.push(stream) });
  /** A connected mailbox `<id>@shop.example` of somebody's own; null: of the inbox alone. */
  const mailbox = async (id: string, ownerId: string | null) => {
    const row = { id: `mbx_${id}`, inboxId: staff.inboxId, ownerId, address: `${id}@shop.example` };
    const rest = { name: '', outgoing: null, secrets: '', ratePerMinute: 30, createdBy: staff.admin.agentId };
    await at.db.inTransaction(async (tx) => {
      await insertMailbox(tx, { ...row, ...rest, incoming: { ...incoming, folders: ['INBOX'] } });
      await tx.db.update(table).set({ state: 'connected' }).where(eq(table.id, row.id));
    });
    return row.id;
  };
  const mastersNow = async () =>
    new Map((await at.db.read.select().from(table)).map(({ id, masterId }) => [id, masterId]));
  return {
    ...staff,
    at,
    masters,
    mailbox,
    mastersNow,
    [Symbol.asyncDispose]: () => at[Symbol.asyncDispose](),
  };
}

/** Whom the page told of which mailbox, and at which master its answers are now. */
async function told({ at }: Awaited<ReturnType<typeof given>>): Promise<unknown[]> {
  const rows = await at.db.read.select().from(notifications);
  const all = rows.map(({ createdAt, agentId, data }) => {
    const { address, masterAddress } = JSON.parse(data) as { address: string; masterAddress: string | null };
    return { createdAt, told: [agentId, address, masterAddress] };
  });
  const key = (one: (typeof all)[number]) => `${one.createdAt} ${one.told[1]}`;
  return all.toSorted((one, other) => (key(one) < key(other) ? -1 : 1)).map(({ told: words }) => words);
}

const rule = (name: string) => ({ code: 'refused', details: { rule: name } });

describe.each(TEST_DIALECTS)('masters on %s', (dialect) => {
  test('are set by the owner and by admins, and by nobody else', async () => {
    await using on = await given(dialect);
    const { masters, anna, ben, admin, inboxId } = on;
    const [a, b] = [await on.mailbox('a', anna.id), await on.mailbox('b', anna.id)];
    const [asAnna, asBen] = [{ agentId: anna.id }, { agentId: ben.id }];
    expect(await masters.set(asAnna, a, b)).toMatchObject({ masterId: b, set: { byOwner: true } });
    expect(await masters.set(admin, a, null)).toMatchObject({ masterId: null, set: { byOwner: false } });
    await expect(masters.set(asBen, a, b)).rejects.toMatchObject({ code: 'not_found' });
    await on.at.directory.putMember(admin, inboxId, ben.id, { capability: 'manage' });
    await expect(masters.set(asBen, a, b)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await masters.setMany(asBen, [a, 'mbx_none'], b)).toMatchObject([
      { status: 'refused', code: 'forbidden' },
      { status: 'refused', code: 'not_found' },
    ]);
    await expect(masters.choices(asBen, [a])).rejects.toMatchObject({ code: 'forbidden' });
    await expect(masters.list(asBen, { owner: anna.id })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(masters.list(asBen, { scope: 'all' })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await masters.list(asBen, {})).toEqual([]);
    expect((await masters.list(admin, { owner: anna.id })).map(({ address }) => address)).toEqual([
      'a@shop.example',
      'b@shop.example',
    ]);
    const lines = await on.at.db.read.select().from(audit).where(eq(audit.objectId, a));
    expect(lines.map(({ action, actorId }) => [action, actorId])).toEqual([
      ['mailbox.master_set', anna.id],
      ['mailbox.master_set', admin.agentId],
      ['mailbox.master_set.refused', ben.id],
      ['mailbox.master_set.refused', ben.id],
    ]);
    expect(JSON.parse(lines[1]?.details ?? '')).toEqual({
      address: 'a@shop.example',
      ownerId: anna.id,
      before: { masterId: b, master: 'b@shop.example' },
      after: { masterId: null, master: null },
    });
  });

  test('owners are told what somebody else set, each once in the page and once by mail; what they set themselves is no news', async () => {
    await using on = await given(dialect);
    const { masters, anna, ben, admin, at } = on;
    const mine = [await on.mailbox('a', anna.id), await on.mailbox('b', anna.id)];
    const c = await on.mailbox('c', anna.id);
    const bens = [await on.mailbox('d', ben.id), await on.mailbox('e', ben.id)] as const;
    await masters.setMany({ agentId: anna.id }, mine, c);
    await masters.set({ agentId: ben.id }, bens[0], bens[1]);
    expect(await told(on)).toEqual([]);
    // One of each is refused, and no news.
    await masters.setMany(admin, [...mine, bens[0], 'mbx_none'], null);
    expect(await told(on)).toEqual([
      [anna.id, 'a@shop.example', null],
      [anna.id, 'b@shop.example', null],
      [ben.id, 'd@shop.example', null],
    ]);
    await at.clock.advance(1);
    await masters.setMany(admin, mine, c);
    expect((await told(on)).slice(3)).toEqual([
      [anna.id, 'a@shop.example', 'c@shop.example'],
      [anna.id, 'b@shop.example', 'c@shop.example'],
    ]);
    const mails = await at.db.read.select().from(notices);
    const read = (all: readonly string[][]): string[] => all.map((one) => one.join(': ')).toSorted();
    expect(read(mails.map(({ agentId, subject }) => [agentId, subject]))).toEqual(
      read([
        [anna.id, 'Answers to 2 of your mailboxes now come back to the mailbox that wrote'],
        [anna.id, 'Answers to 2 of your mailboxes now arrive at c@shop.example'],
        [ben.id, 'Answers to d@shop.example now come back to the mailbox that wrote'],
      ]),
    );
  });

  test('several at once: each for itself, and what is refused stops none of the others', async () => {
    await using on = await given(dialect);
    const { masters, anna, ben, admin } = on;
    const [a, b, c] = [
      await on.mailbox('a', anna.id),
      await on.mailbox('b', anna.id),
      await on.mailbox('c', anna.id),
    ];
    const [bens, shared] = [await on.mailbox('bens', ben.id), await on.mailbox('shared', null)];
    await masters.set(admin, b, a);
    expect(await masters.setMany(admin, [a, b, c, bens, shared, b], c)).toMatchObject([
      { mailboxId: a, status: 'set', masterId: c },
      { mailboxId: b, status: 'set', masterId: c },
      { mailboxId: c, status: 'refused', rule: 'master_itself' },
      { mailboxId: bens, status: 'refused', rule: 'master_of_other' },
      { mailboxId: shared, status: 'refused', rule: 'master_for_shared' },
    ]);
    expect(await masters.setMany(admin, [a, bens], null)).toMatchObject([
      { mailboxId: a, status: 'set' },
      { mailboxId: bens, status: 'unchanged' },
    ]);
    const { choices } = await masters.choices({ agentId: anna.id }, [a, b]);
    expect(choices.map(({ id, allowed, refused }) => [id, allowed, refused.map((one) => one.rule)])).toEqual([
      [a, false, ['master_itself']],
      [b, false, ['master_has_master', 'master_itself']],
      [c, true, []],
    ]);
  });

  test('two admins who set crossing masters at once never make a chain', async () => {
    await using on = await given(dialect);
    const { masters, anna, admin, mastersNow } = on;
    const ids = [
      await on.mailbox('a', anna.id),
      await on.mailbox('b', anna.id),
      await on.mailbox('c', anna.id),
    ] as const;
    const [a, b, c] = ids;
    const asAnna = { agentId: anna.id };
    for (let round = 0; round < 10; round += 1) {
      await masters.setMany(admin, ids, null);
      const both = await Promise.allSettled([masters.set(admin, a, b), masters.set(asAnna, b, a)]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const refused = both.find((one) => one.status === 'rejected');
      expect(refused?.reason).toMatchObject({ code: 'refused' });
      await masters.setMany(admin, ids, null);
      const three = [masters.set(admin, a, b), masters.setMany(asAnna, [b, a], c), masters.set(admin, c, a)];
      await Promise.allSettled(three);
      const now = await mastersNow();
      for (const [id, masterId] of now) {
        if (masterId !== null) expect(now.get(masterId), `${id} → ${masterId} → …`).toBeNull();
      }
    }
  });

  test('nobody keeps a master that is removed, whoever comes first', async () => {
    await using on = await given(dialect);
    const { masters, anna, admin, mastersNow } = on;
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [await on.mailbox(`a${round}`, anna.id), await on.mailbox(`z${round}`, anna.id)];
      const [set] = await Promise.allSettled([
        masters.set(admin, a, b),
        on.at.db.inTransaction(async (tx) => await endMailbox(tx, b)),
      ]);
      if (set.status === 'rejected') expect(set.reason).toMatchObject(rule('master_unknown'));
      expect((await mastersNow()).get(a)).toBeNull();
      await expect(masters.set(admin, a, b)).rejects.toMatchObject(rule('master_unknown'));
    }
  });
});
