/**
 * A plain Node script on the SDK, as somebody would write one: `node sdk-script.ts <url> <email> <password>`. It does the whole
 * day of an agent and prints what it saw, a line of JSON a step.
 */
import { createLatchbox, type Readable } from '@latchbox/client';

const [url = '', email = '', password = ''] = process.argv.slice(2);
const say = (step: string, saw: unknown) => process.stdout.write(`${JSON.stringify({ step, saw })}\n`);

async function signIn(): Promise<string> {
  const answer = await fetch(`${url}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const { token } = (await answer.json()) as { token: string };
  return token;
}
const until = <T>(readable: Readable<T>, match: (value: T) => boolean): Promise<T> =>
  readable.until(match, { signal: AbortSignal.timeout(10_000) });

const client = createLatchbox({ url, auth: signIn });
await client.connect();
say('me', client.me.getSnapshot()?.name);
say(
  'inboxes',
  client.inboxes.getSnapshot().map(({ name, capability }) => `${name}: ${capability}`),
);

const list = client.list({ status: 'open' });
const { rows } = await until(list, ({ status }) => status === 'ready');
const [row] = rows;
if (row === undefined) throw new Error('the list is empty');
say('list', [rows.length, row.contact.name, row.unread]);

const conversation = client.conversation(row.id);
const lease = conversation.open();
await conversation.ready;
say(
  'thread',
  conversation.getSnapshot().entries.map(({ kind }) => kind),
);
const mine = await until(conversation.lock, ({ status }) => status === 'mine');
say('lock', mine.status);
const inThere = await until(conversation.viewers, (viewers) => viewers.length > 0);
say(
  'viewers',
  inThere.map(({ person }) => person.name),
);
const there = await until(client.inbox(row.inboxId).presence, ({ people }) => people.length > 0);
say(
  'presence',
  there.people.map(({ person, availability }) => `${person.name}: ${availability}`),
);

conversation.activity('reply');
conversation.draft('reply').set('It left this morning.');
await until(conversation.draft('reply'), ({ status }) => status === 'saved');
say('draft', conversation.draft('reply').getSnapshot().body);
const typists = await until(conversation.typists, (all) => all.length > 0);
say(
  'typing',
  typists.map(({ person, kind }) => `${person.name}: ${kind}`),
);

await until(conversation.lock, (lock) => lock.status === 'mine' && lock.idle.phase === 'asked');
say('asked', 'are you still working?');
conversation.lock.stay();
await until(conversation.lock, (lock) => lock.status === 'mine' && lock.idle.phase === 'active');

const note = await conversation.note({ body: 'Told her the tracking number' }).confirmed;
const reply = await conversation.reply({ body: 'It left this morning.', then: 'archive' }).confirmed;
say('sent', [note.kind, reply.kind, reply.delivery.state]);
await until(list, (shown) => shown.rows.every(({ id }) => id !== row.id));
say(
  'archived',
  (await conversation.history()).map(({ endReason }) => endReason),
);
lease.release();
await client.close({ signOut: true });
say('closed', client.connection.getSnapshot().name);
