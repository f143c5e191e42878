/**
 * What somebody would write in an afternoon: Socket.IO, `SET NX PX` for the lock, a fence and the messages in SQLite through raw
 * better-sqlite3, Redis' publish and subscribe between servers. No sessions, no rights, no history, no renewal. Several of these
 * share BARE_FILE and BARE_REDIS.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Sqlite from 'better-sqlite3';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { processorTime, serve } from '../../bench/parts/child.ts';

const db = new Sqlite(process.env.BARE_FILE ?? '', { timeout: 5_000 });
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`CREATE TABLE IF NOT EXISTS fences (conversation TEXT PRIMARY KEY, fence INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS messages (client_id TEXT PRIMARY KEY, conversation TEXT NOT NULL, fence INTEGER, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS streams (id TEXT PRIMARY KEY, seq INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS events (stream TEXT, seq INTEGER, body TEXT NOT NULL, PRIMARY KEY (stream, seq))`);
const raise = db.prepare<[string], { fence: number }>(
  `INSERT INTO fences VALUES (?, 1) ON CONFLICT (conversation) DO UPDATE SET fence = fence + 1 RETURNING fence`,
);
const fenceOf = db.prepare<[string], { fence: number }>('SELECT fence FROM fences WHERE conversation = ?');
const insert = db.prepare('INSERT INTO messages VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
const stored = db.prepare<[string], { id: number }>('SELECT rowid AS id FROM messages WHERE client_id = ?');
const next = db.prepare<[string], { seq: number }>(
  'INSERT INTO streams VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET seq = seq + 1 RETURNING seq',
);
const append = db.prepare('INSERT INTO events VALUES (?, ?, ?)');
const send = db.transaction(({ conversationId, fence, clientId, body }: Send) => {
  if (fenceOf.get(conversationId)?.fence !== fence) return false;
  insert.run(clientId, conversationId, fence, body);
  return true;
});
const write = db.transaction((room: string, body: string) => {
  const seq = next.get(room)?.seq ?? 0;
  append.run(room, seq, body);
  return seq;
});

interface Send {
  readonly conversationId: string;
  readonly fence: number;
  readonly clientId: string;
  readonly body: string;
}
interface Take {
  readonly conversationId: string;
  readonly agent: string;
}
type Answer = (answer: unknown) => void;

/** A statement that had to wait for the other servers' longer than it may is refused. */
function attempt<T>(work: () => T | false, refusal: string) {
  try {
    const result = work();
    return result === false
      ? ({ ok: false, error: { code: refusal } } as const)
      : ({ ok: true, result } as const);
  } catch {
    return { ok: false, error: { code: 'busy' } } as const;
  }
}

const address = process.env.BARE_REDIS ?? '';
const redis = new Redis(address);
const hears = new Redis(address);
const http = createServer((request, response) => void storeOnce(request, response));
const io = new Server(http, {
  serveClient: false,
  transports: ['websocket'],
  perMessageDeflate: false,
  httpCompression: false,
  pingInterval: 10_000,
  pingTimeout: 5_000,
});
hears.on('message', (_channel: string, text: string) => {
  const event = JSON.parse(text) as { stream: string };
  io.to(event.stream).emit('event', event);
});
await hears.subscribe('events');

async function acquire({ conversationId, agent }: Take): Promise<unknown> {
  if ((await redis.set(`lock:${conversationId}`, agent, 'PX', 30_000, 'NX')) === 'OK')
    return { ok: true, result: { fence: raise.get(conversationId)?.fence } };
  const holder = await redis.get(`lock:${conversationId}`);
  return { ok: false, error: { code: 'lock_held', details: { holder: { id: holder } } } };
}

io.on('connection', (socket) => {
  socket.on('join', ({ room }: { room: string }, answer: Answer) => {
    void socket.join(room);
    answer({ ok: true });
  });
  socket.on('acquire', (input: Take, answer: Answer) => void acquire(input).then(answer));
  socket.on('release', async ({ conversationId }: Take, answer: Answer) => {
    await redis.del(`lock:${conversationId}`);
    answer({ ok: true });
  });
  socket.on('send', (input: Send, answer: Answer) =>
    answer(attempt(() => send.immediate(input), 'lock_lost')),
  );
  socket.on('write', ({ room, body }: { room: string; body: string }, answer: Answer) => {
    const told = attempt(() => write.immediate(room, body), 'conflict');
    answer(told);
    if (!told.ok) return;
    void redis.publish(
      'events',
      JSON.stringify({ stream: room, seq: told.result, at: Date.now(), data: { body } }),
    );
  });
});

/** A message by its client id: the first one is stored, and all get its answer. */
async function storeOnce(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const { clientId, body } = JSON.parse(text) as { clientId: string; body: string };
  insert.run(clientId, request.url ?? '', null, body);
  const { id } = stored.get(clientId) ?? { id: 0 };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ entry: { id, position: id }, asOf: { seq: id } }));
}

http.listen(0, '127.0.0.1', 4_096);
await once(http, 'listening');
serve({
  url: () => `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
  processor: processorTime,
});
