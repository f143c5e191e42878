/** The least that a mail can cost: smtp-server takes it, postal-mime reads it, and its bytes go to the disk in one FULL commit. */
import { once } from 'node:events';
import Sqlite from 'better-sqlite3';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { serve } from './child.ts';

const db = new Sqlite(process.env.BENCH_FILE ?? '');
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec('CREATE TABLE mails (id INTEGER PRIMARY KEY, raw BLOB NOT NULL)');
const insert = db.prepare('INSERT INTO mails (raw) VALUES (?)');

async function take(stream: AsyncIterable<Buffer>, done: (error?: Error) => void): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const raw = Buffer.concat(chunks);
  await PostalMime.parse(raw);
  insert.run(raw);
  done();
}

const server = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  authOptional: true,
  disableReverseLookup: true,
  logger: false,
  onData: (stream, _session, done) => void take(stream as AsyncIterable<Buffer>, done),
});
server.listen(0, '127.0.0.1');
await once(server.server, 'listening');

serve({ port: () => (server.server.address() as { port: number }).port });
