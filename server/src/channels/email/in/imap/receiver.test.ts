import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertMailbox, mailboxById, setMailboxState } from '../../../../database/mailboxes.ts';
import { newId } from '../../../../lib/ids.ts';
import { silentLog } from '../../../../lib/log.ts';
import { createDesk, createGround, type Desk, type Ground } from '../../../../messaging/testing/desk.ts';
import { createMailboxReceiver, type MailboxReceiver } from './receiver.ts';
import { patiently } from '../../../../lib/testing/patiently.ts';

let ground: Ground;
let desk: Desk;
/** Nobody listens there (any more). */
let port = 0;

beforeAll(async () => {
  ground = await createGround('sqlite');
  desk = await createDesk(ground);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
});
afterAll(() => ground.db.close());

async function givenMailbox(): Promise<string> {
  const id = newId('mbx');
  const server = { host: '127.0.0.1', port, security: 'tls', user: 'help', auth: 'password' } as const;
  await desk.db.inTransaction((tx) =>
    insertMailbox(tx, {
      id,
      inboxId: desk.inboxId,
      ownerId: null,
      address: `${id.toLowerCase()}@shop.example`,
      name: '',
      incoming: { ...server, folders: ['INBOX'], sentFolder: null, copySent: true, importDays: 30 },
      outgoing: null,
      secrets: '',
      ratePerMinute: 30,
      createdBy: desk.anna.id,
    }),
  );
  return id;
}

/** A server's receiver, and how often it asked for something to sign in with. */
function receiverOf(serverId: string): { receiver: MailboxReceiver; tries: () => number } {
  let tries = 0;
  const receiver = createMailboxReceiver({
    db: desk.db,
    clock: ground.clock,
    log: silentLog,
    serverId,
    random: () => 0,
    intake: { acceptInto: () => Promise.reject(new Error('nothing comes')) },
    messaging: desk.messaging,
    files: { open: () => Promise.reject(new Error()), write: () => Promise.reject(new Error()) },
    secret: 'a secret',
    tokens: {
      credentials: () => {
        tries += 1;
        return Promise.resolve({ kind: 'password', user: 'help', password: 'x' });
      },
    },
    allowedHosts: ['127.0.0.1'],
    scanEvery: 60_000,
  });
  return { receiver, tries: () => tries };
}

const row = (id: string) => mailboxById(desk.db.read, id);

test('a mailbox that fails says why, and is tried again after pauses that grow, or at once when it is changed', async () => {
  const id = await givenMailbox();
  const { receiver, tries } = receiverOf('srv_1');
  await receiver.start(true);
  await patiently(async () => {
    expect((await row(id))?.state).toMatchObject({ status: 'failed', part: 'port', code: 'port_closed' });
  });
  expect(tries()).toBe(1);
  await ground.clock.advance(2_400);
  expect(tries()).toBe(1);
  await ground.clock.advance(200);
  await patiently(() => expect(tries()).toBe(2));
  // Its failure is written down, and the next pause begins.
  await patiently(async () => {
    await ground.clock.advance(1_000);
    expect(tries()).toBe(3);
  });
  // With other settings it does not wait.
  await desk.db.inTransaction((tx) =>
    setMailboxState(tx, id, { status: 'connecting' }, { startAgain: true }),
  );
  receiver.changed(id);
  await patiently(() => expect(tries()).toBe(4));
  await receiver.stop();
  expect(await row(id)).toMatchObject({ claimedBy: null, claimDeadline: null });
  // Nobody else's from here on.
  await desk.db.inTransaction((tx) =>
    setMailboxState(tx, id, { status: 'disconnected' }, { startAgain: true }),
  );
});

test('another server takes a mailbox over when the one that had it is gone, and not before', async () => {
  const id = await givenMailbox();
  const [first, second] = [receiverOf('srv_1'), receiverOf('srv_2')];
  await first.receiver.start(false);
  await patiently(async () => expect((await row(id))?.claimedBy).toBe('srv_1'));
  await second.receiver.start(false);
  for (let passed = 0; passed < 60; passed += 5) await ground.clock.advance(5_000);
  await patiently(async () => expect((await row(id))?.claimedBy).toBe('srv_1'));
  expect(second.tries()).toBe(0);
  // Stopped, it lets others have it at once.
  await first.receiver.stop();
  await ground.clock.advance(5_000);
  await patiently(async () => expect((await row(id))?.claimedBy).toBe('srv_2'));
  await second.receiver.stop();
});
