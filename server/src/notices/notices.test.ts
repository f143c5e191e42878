import type { Notification } from '@latchbox/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { eventsAfter } from '../database/event-log.ts';
import { notices } from '../database/schema/sqlite.ts';
import { givenAgent } from '../database/testing/given.ts';
import { openTestDatabase, TEST_DIALECTS } from '../database/testing/open.ts';
import { silentLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { accepted, refused, unreachable } from '../messaging/delivery/channel.ts';
import { createNotices, type HandNotice, type NoticeLetter } from './notices.ts';
import { createNotifications } from './notifications.ts';
import { notify, notifyAdmins, postNotice } from './notify.ts';

const START_LIMIT = 60_000;
const SECRET = 'https://desk.example/accept#secret';
const NEWS: Notification = { kind: 'mailbox_removed_elsewhere', address: 'desk@shop.example' };
const wake = () => undefined;

describe.each(TEST_DIALECTS)('notices on %s', { timeout: START_LIMIT }, (dialect) => {
  const clock = new ManualClock();
  let db: Database;
  let ana: { readonly id: string };
  let handed: NoticeLetter[];
  beforeAll(async () => {
    db = await openTestDatabase(dialect, { clock });
    ana = await givenAgent(db, 'Ana');
  }, START_LIMIT);
  beforeEach(() => {
    handed = [];
  });
  afterAll(() => db.close());

  const server = (hand: HandNotice | undefined = take) => createNotices({ db, clock, log: silentLog, hand });
  const take: HandNotice = (letter) => {
    handed.push(letter);
    return Promise.resolve(accepted);
  };
  const post = (subject: string, to?: string) =>
    db.inTransaction((tx) => postNotice(tx, { agentId: ana.id, to, subject, body: SECRET }));
  const stored = async (subject: string) => {
    const rows = await db.read.select().from(notices);
    return rows.find((row) => row.subject === subject);
  };

  test('a notice leaves once, of two servers by one, to the agent’s own address or the one it names, and its words are gone then', async () => {
    await post('Once');
    await post('Elsewhere', 'new@shop.example');
    const servers = [server(), server()];
    await Promise.all(servers.map((one) => one.look()));
    await Promise.all(servers.map((one) => one.look()));
    expect(handed.map(({ subject }) => subject).toSorted()).toEqual(['Elsewhere', 'Once']);
    expect(handed.find(({ subject }) => subject === 'Once')).toMatchObject({
      to: `${ana.id.toLowerCase()}@shop.example`,
      body: SECRET,
      name: 'Ana',
    });
    expect(handed.find(({ subject }) => subject === 'Elsewhere')?.to).toBe('new@shop.example');
    expect(await stored('Once')).toMatchObject({ body: '', dueAt: null, problem: null, claimNo: 1 });
  });

  test('what cannot be reached is tried again, each time later, and given up at last; what is refused at once', async () => {
    await post('Later');
    const away = server(() => Promise.resolve(unreachable('nobody answered')));
    await away.look();
    const first = await stored('Later');
    expect(first).toMatchObject({ problem: 'nobody answered', body: SECRET, attempts: 1 });
    expect(first?.dueAt).toBe(clock.now() + 30_000);
    for (let attempt = 2; attempt <= 16; attempt += 1) {
      await clock.advance(4 * 3_600_000);
      await away.look();
      expect(await stored('Later')).toMatchObject({ attempts: attempt });
    }
    expect(await stored('Later')).toMatchObject({ dueAt: null, body: '', sentAt: null });

    await post('Refused');
    await server(() => Promise.resolve(refused('no such person'))).look();
    expect(await stored('Refused')).toMatchObject({ dueAt: null, body: '', problem: 'no such person' });
  });

  test('one whose server died is sent by another when the claim is over; the dead one’s word does not count any more', async () => {
    await post('Killed');
    let answer = (): void => undefined;
    const asked = Promise.withResolvers<undefined>();
    const dying = server(async (letter) => {
      asked.resolve(undefined);
      await new Promise<void>((resolve) => (answer = resolve));
      return await take(letter, new AbortController().signal);
    }).look();
    await asked.promise;
    await server().look();
    expect(handed).toEqual([]);
    await clock.advance(90_000);
    await server().look();
    expect(handed).toHaveLength(1);
    const sent = await stored('Killed');
    answer();
    await dying;
    expect(await stored('Killed')).toEqual(sent);
    expect(new Set(handed.map(({ id }) => id)).size).toBe(1);
  });

  test('without a mail server it says so in its row, and forgets what was in it', async () => {
    const none = createNotices({ db, clock, log: silentLog, hand: undefined });
    expect(none.leaves).toBe(false);
    await post('Nowhere');
    await none.look();
    expect(await stored('Nowhere')).toMatchObject({
      body: '',
      dueAt: null,
      problem: 'there is no SMTP_URL to send mail by',
    });
  });

  test('notifications come with an event, are read one by one or all at once, and end after 90 days', async () => {
    const told = createNotifications({ db, wake });
    const ben = await givenAgent(db, 'Ben', [], { role: 'admin' });
    await givenAgent(db, 'Gone', [], { role: 'admin', state: 'deactivated' });
    for (let nth = 0; nth < 3; nth += 1) {
      await db.inTransaction((tx) => notify(tx, { wake }, { agentId: ana.id, notification: NEWS }));
      await clock.advance(1);
    }
    await db.inTransaction((tx) => notifyAdmins(tx, { wake }, { notification: NEWS }));
    expect((await told.list(ben.id, null, 10)).unread).toBe(1);
    const page = await told.list(ana.id, null, 2);
    expect(page).toMatchObject({ unread: 3, notifications: [{ readAt: null }, { notification: NEWS }] });
    const rest = await told.list(ana.id, page.next, 2);
    expect(rest.next).toBeNull();
    const ids = [...page.notifications, ...rest.notifications].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);

    const [first = ''] = ids;
    expect((await told.read(ben.id, [first])).unread).toBe(1);
    expect((await told.read(ana.id, [first])).unread).toBe(2);
    expect((await told.read(ana.id, [first])).unread).toBe(2);
    expect((await told.read(ana.id, undefined)).unread).toBe(0);
    const events = await eventsAfter(db.read, `agent:${ana.id}`, 0, 100);
    const data = events.map((event) => JSON.parse(event.data) as { type: string; ids?: string[] });
    expect(data.map(({ type }) => type)).toEqual([
      ...Array.from({ length: 3 }, () => 'notification.added'),
      'notification.read',
      'notification.read',
    ]);
    expect(data.flatMap((event) => event.ids ?? []).toSorted()).toEqual(ids.toSorted());

    await clock.advance(91 * 86_400_000);
    const forgets = server();
    forgets.start();
    await clock.advance(1_000);
    await expect.poll(async () => (await told.list(ana.id, null, 10)).notifications).toEqual([]);
    await forgets.stop();
  });
});
