import { describe, expect, test, vi } from 'vitest';
import { audit, inboxAddresses, mailboxes as table } from '../../../database/schema/sqlite.ts';
import { TEST_DIALECTS } from '../../../database/testing/open.ts';
import { givenDirectory, givenStaff } from '../../../directory/testing/directory.ts';
import { silentLog } from '../../../lib/log.ts';
import { createSeal } from '../../../lib/seal.ts';
import type { NewMailboxInput } from './api.ts';
import { createFreshGrants } from './fresh-grants.ts';
import { createMailboxes } from './mailboxes.ts';
import { openSecrets } from './secrets.ts';
import { createMailboxTokens } from './tokens.ts';
import { createFindTransport } from './transport.ts';

// Starting PGlite takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const server = {
  host: 'mail.shop.example',
  port: 993,
  security: 'tls',
  user: 'help',
  auth: 'password',
} as const;
const incoming = { ...server, folders: ['INBOX'], sentFolder: null, copySent: true, importDays: 30 };
const outgoing = { ...server, port: 465, verify: true, sign: false };
const account = (inbox: string, address: string): NewMailboxInput => ({
  inbox,
  address,
  incoming,
  outgoing,
  password: 'geheim-1',
});

async function given(dialect: (typeof TEST_DIALECTS)[number]) {
  const at = await givenDirectory(dialect);
  const staff = await givenStaff(at.directory);
  const seal = createSeal([], 'a deployment');
  const told: string[] = [];
  const base = { db: at.db, clock: at.clock, log: silentLog, seal, allowedHosts: ['127.0.0.1'] };
  const deps = { ...base, tokens: createMailboxTokens(base), grants: createFreshGrants(base) };
  const mailboxes = createMailboxes({ ...deps, wake: () => undefined, changed: (id) => told.push(id) });
  const transport = createFindTransport(deps);
  const stored = async () => await at.db.read.select().from(table);
  return {
    ...staff,
    at,
    mailboxes,
    transport,
    seal,
    told,
    stored,
    [Symbol.asyncDispose]: () => at[Symbol.asyncDispose](),
  };
}

describe.each(TEST_DIALECTS)('mailboxes on %s', (dialect) => {
  test('are connected by admins and by who manages the inbox, and never show a secret', async () => {
    await using on = await given(dialect);
    const { mailboxes, admin, anna, inboxId, told } = on;
    const asAnna = { agentId: anna.id };
    await expect(mailboxes.create(asAnna, account(inboxId, 'a@shop.example'))).rejects.toMatchObject({
      code: 'forbidden',
    });
    await on.at.directory.putMember(admin, inboxId, anna.id, { capability: 'manage' });
    const made = await mailboxes.create(asAnna, {
      ...account(inboxId, 'a@shop.example'),
      aliases: ['b@shop.example'],
    });
    expect(made).toMatchObject({
      inboxId,
      address: 'a@shop.example',
      aliases: ['b@shop.example'],
      state: { status: 'connecting' },
      oauth2: null,
      ratePerMinute: 30,
    });
    expect(told).toEqual([made.id]);
    const byAdmin = await mailboxes.create(admin, account(inboxId, 'c@shop.example'));
    expect(byAdmin.ownerId).toBeNull();
    for (const actor of [admin, asAnna]) {
      const owned = mailboxes.create(actor, { ...account(inboxId, 'd@shop.example'), ownerId: anna.id });
      await expect(owned).rejects.toMatchObject({ details: { rule: 'mailbox_shared_no_owner' } });
    }
    expect((await mailboxes.list(asAnna, undefined)).map(({ id }) => id).sort()).toEqual(
      [made.id, byAdmin.id].sort(),
    );
    const everything = JSON.stringify([
      await mailboxes.list(admin, 'orders'),
      await on.at.db.read.select().from(audit),
      await on.stored(),
    ]);
    expect(everything).not.toContain('geheim');
    expect(await on.transport(made.id)).toMatchObject({
      host: 'mail.shop.example',
      port: 465,
      credentials: { kind: 'password', user: 'help', password: 'geheim-1' },
      copySent: true,
    });
  });

  test('an address belongs to one of them; those of its inbox become its own', async () => {
    await using on = await given(dialect);
    const { mailboxes, admin, inboxId, at } = on;
    const other = await at.directory.createInbox(admin, { name: 'Board' });
    await at.directory.putAddress(admin, inboxId, { address: 'help@shop.example', name: '' });
    await at.directory.putAddress(admin, other.id, { address: 'board@shop.example', name: '' });
    const first = await mailboxes.create(admin, account(inboxId, 'help@shop.example'));
    for (const inbox of [inboxId, other.id]) {
      await expect(mailboxes.create(admin, account(inbox, 'help@shop.example'))).rejects.toMatchObject({
        details: { rule: 'mailbox_in_use' },
      });
    }
    const alias = mailboxes.change(admin, first.id, { aliases: ['board@shop.example'] });
    await expect(alias).rejects.toMatchObject({ details: { rule: 'mailbox_in_use' } });
    const rows = await at.db.read.select().from(inboxAddresses);
    expect(rows.find(({ address }) => address === 'help@shop.example')?.mailboxId).toBe(first.id);
    await expect(at.directory.removeAddress(admin, inboxId, 'help@shop.example')).rejects.toMatchObject({
      code: 'not_found',
    });
    await mailboxes.remove(admin, first.id);
    await expect(mailboxes.one(admin, first.id)).rejects.toMatchObject({ code: 'not_found' });
    expect((await on.stored()).find(({ id }) => id === first.id)?.secrets).toBe('');
    await mailboxes.create(admin, account(other.id, 'help@shop.example'));
  });

  test('a stored secret goes to no other host', async () => {
    await using on = await given(dialect);
    const { mailboxes, admin, inboxId, seal } = on;
    const { id } = await mailboxes.create(admin, {
      ...account(inboxId, 'a@shop.example'),
      outgoingPassword: 'geheim-2',
    });
    const mine = { ...incoming, host: 'mine.example' };
    const mineOut = { ...outgoing, host: 'mine.example' };
    for (const change of [
      { incoming: mine },
      { incoming: mine, outgoing: mineOut },
      { outgoing: mineOut, incoming: mine, outgoingPassword: 'x' },
      { outgoing: mineOut },
      { incoming: { ...incoming, user: 'boss' } },
    ]) {
      await expect(mailboxes.change(admin, id, change), JSON.stringify(change)).rejects.toMatchObject({
        code: 'invalid',
      });
    }
    const secrets = async () => openSecrets(seal, id, (await on.stored())[0]?.secrets ?? '');
    expect(await secrets()).toEqual({ password: 'geheim-1', outgoingPassword: 'geheim-2' });
    await mailboxes.change(admin, id, { incoming: { ...incoming, importDays: 7 } });
    expect(await secrets()).toEqual({ password: 'geheim-1', outgoingPassword: 'geheim-2' });
    await mailboxes.change(admin, id, { incoming: mine, outgoing: mineOut, password: 'geheim-3' });
    expect(await secrets()).toEqual({ password: 'geheim-3' });
  });

  test('neither a password in the open nor a sign-in without its secret', async () => {
    await using on = await given(dialect);
    const { mailboxes, admin, inboxId } = on;
    const base = account(inboxId, 'a@shop.example');
    const bare = { ...base, password: undefined };
    const grant = {
      tokenUrl: 'http://10.0.0.1/token',
      clientId: 'x',
      clientSecret: '',
      refreshToken: 'r',
      scope: '',
    };
    for (const wrong of [
      { ...base, incoming: { ...incoming, security: 'none' as const } },
      { ...base, outgoing: { ...outgoing, security: 'none' as const } },
      bare,
      { ...base, incoming: { ...incoming, auth: 'oauth2' as const } },
      { ...base, oauth2: grant },
    ]) {
      await expect(mailboxes.create(admin, wrong)).rejects.toMatchObject({ code: 'invalid' });
    }
    const near = { ...base, incoming: { ...incoming, host: '127.0.0.1', security: 'none' as const } };
    expect((await mailboxes.create(admin, near)).incoming.security).toBe('none');
  });

  test('moves to another inbox only while it is disconnected, and then sends nothing', async () => {
    await using on = await given(dialect);
    const { mailboxes, admin, inboxId, at, transport } = on;
    const other = await at.directory.createInbox(admin, { name: 'Board' });
    const { id } = await mailboxes.create(admin, account(inboxId, 'a@shop.example'));
    const [{ version: first } = { version: 0 }] = await on.stored();
    await expect(mailboxes.change(admin, id, { inbox: other.id })).rejects.toMatchObject({
      details: { rule: 'mailbox_still_connected' },
    });
    expect((await mailboxes.disconnect(admin, id)).state.status).toBe('disconnected');
    await expect(transport(id)).rejects.toMatchObject({ code: 'not_connected' });
    expect((await mailboxes.change(admin, id, { inbox: other.id })).inboxId).toBe(other.id);
    expect((await mailboxes.connect(admin, id)).state.status).toBe('connecting');
    expect((await transport(id))?.address).toBe('a@shop.example');
    expect((await on.stored())[0]?.version).toBe(first + 3);
    const addresses = await at.db.read.select().from(inboxAddresses);
    expect(addresses.map(({ inboxId: where }) => where)).toEqual([other.id]);
  });
});
