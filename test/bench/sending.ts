/** Queued replies that leave as mails, beside nodemailer's own pool with the same mails and nothing else. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@latchbox/server/src/database/open.ts';
import { setMeta } from '@latchbox/server/src/database/meta.ts';
import { putInboxAddress } from '@latchbox/server/src/database/mail-addresses.ts';
import { givenOrganisation } from '@latchbox/server/src/database/testing/given.ts';
import { htmlPage, htmlText } from '@latchbox/server/src/channels/email/out/html-body.ts';
import { systemClock } from '@latchbox/server/src/lib/clock.ts';
import { silentLog } from '@latchbox/server/src/lib/log.ts';
import { createMessaging } from '@latchbox/server/src/messaging/messaging.ts';
import { createSendDoor } from '@latchbox/server/src/messaging/sending/send.ts';
import Sqlite from 'better-sqlite3';
import { eventually } from '../tools/eventually.ts';
import { freePort } from '../tools/server-process.ts';
import { type BenchCase, median } from './case.ts';
import { type Child, startChild } from './parts/child.ts';

const ROUNDS = 5;
const EACH = 2_000;
/** Until a round releases them (epoch ms). */
const FAR = 4_102_444_800_000;

const BODY =
  'Thank you for waiting. Your parcel left our bench this morning and is with the courier now. '.repeat(4);
const HTML = htmlPage(htmlText(BODY));

/** A database in which ten thousand customers wait for an answer that nobody has sent yet. */
async function seed(file: string): Promise<void> {
  const db = await openDatabase({ sqliteFile: file }, { clock: systemClock, log: silentLog });
  const { inboxId, anna } = await givenOrganisation(db);
  await db.inTransaction((tx) => setMeta(tx, 'organisation', 'Bench'));
  await db.inTransaction((tx) =>
    putInboxAddress(tx, { inboxId, address: 'orders@shop.example', name: 'Orders' }),
  );
  const deps = { db, wake: () => undefined, poke: () => undefined, logEpoch: 'log_bench' };
  const messaging = createMessaging(deps);
  const door = createSendDoor({
    ...deps,
    endLock: () => Promise.resolve(false),
    activity: () => undefined,
  });
  async function one(number: number): Promise<void> {
    const { conversationId } = await messaging.receive({
      inboxId,
      channel: 'email',
      providerId: `bench-${number}`,
      from: { name: `Customer ${number}`, address: `customer-${number}@quist.example` },
      subject: 'A torn page',
      body: 'Page 12 came torn.',
      conversationId: null,
    });
    const input = { conversationId, clientId: `bench-${number}`, body: BODY, lastSeen: undefined };
    await door.sendOnce({ agentId: anna.id, agentName: anna.name }, { ...input, then: 'stay' });
  }
  for (let number = 0; number < ROUNDS * EACH; number += 50)
    await Promise.all(Array.from({ length: 50 }, (_, at) => one(number + at)));
  await db.close();
  using(file, (raw) => raw.prepare('UPDATE outbox SET due_at = ?').run(FAR));
}

function using(file: string, work: (raw: Sqlite.Database) => unknown): void {
  const raw = new Sqlite(file, { timeout: 10_000 });
  try {
    work(raw);
  } finally {
    raw.close();
  }
}

/** Lets so many of the waiting replies go. */
const release = (file: string): void =>
  using(file, (raw) =>
    raw
      .prepare('UPDATE outbox SET due_at = 0 WHERE id IN (SELECT id FROM outbox WHERE due_at = ? LIMIT ?)')
      .run(FAR, EACH),
  );

async function round(sink: Child, begin: () => unknown): Promise<number> {
  const over = sink.ask<{ perSecond: number }>('round', EACH);
  await begin();
  return (await over).perSecond;
}

export const sending: BenchCase = {
  name: '10 000 queued mails leave',
  baseline:
    'nodemailer with a pool of five connections to the same sink: nothing is read, written down or kept',
  target: { atLeast: 0.8 },
  async measure() {
    const folder = await mkdtemp(join(tmpdir(), 'latchbox-bench-'));
    const file = join(folder, 'latchbox.sqlite');
    await seed(file);
    try {
      await using sink = startChild('sink-server.ts');
      const smtp = await sink.ask<number>('port');
      const port = await freePort();
      const env = {
        PORT: String(port),
        SMTP_PORT: '0',
        DATA_DIR: folder,
        LOG_LEVEL: 'error',
        SMTP_URL: `smtp://127.0.0.1:${smtp}`,
      };
      await using ours = startChild('latchbox-server.ts', { env });
      await using bare = startChild('bare-sender-server.ts', { env: { BENCH_PORT: String(smtp) } });
      await eventually(
        'the server is ready',
        async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok,
        20_000,
      );
      const rates = { ours: [] as number[], bare: [] as number[] };
      for (let at = 0; at < ROUNDS; at += 1) {
        const before = await ours.ask<number>('processor');
        const ourRate = await round(sink, () => release(file));
        const mails = { from: at * EACH, count: EACH, text: BODY, html: HTML };
        const bareRate = await round(sink, () => bare.ask('send', mails));
        if (process.env.BENCH_LOG === '1')
          console.error({
            ourRate,
            bareRate,
            cpuPerMail: ((await ours.ask<number>('processor')) - before) / EACH,
          });
        // The first round warms caches and compilers up.
        if (at === 0) continue;
        rates.ours.push(ourRate);
        rates.bare.push(bareRate);
      }
      return { ours: median(rates.ours), bare: median(rates.bare), unit: 'mails/s' };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
