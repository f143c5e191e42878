/** "A constraint of the database, not a habit of the code": what the file itself refuses, and what it keeps. */

import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { eventually, pause } from '../tools/eventually.ts';
import { newClientId } from '../tools/history-client.ts';
import { refusal } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';

const start = (): Promise<World> =>
  startWorld({
    seed: {
      inboxes: {
        orders: { times: SHORT, conversations: 2 },
        front: { lockOn: 'open', times: SHORT, conversations: 2 },
      },
      agents: { ann: {}, ben: {} },
    },
  });

/** Writes into the file behind the server's back, as a bug or a side door would. */
function write(world: World, sql: string, ...values: (string | number | null)[]): void {
  const file = new DatabaseSync(world.database);
  try {
    file.exec('PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 2000');
    file.prepare(sql).run(...values);
  } finally {
    file.close();
  }
}

/** Copies a row of a table with some of its columns changed. */
function writeCopy(
  world: World,
  table: string,
  changes: Readonly<Record<string, string | number | null>>,
): void {
  const [row] = world.rows<Record<string, string | number | null>>(`SELECT * FROM ${table} LIMIT 1`);
  const values = { ...row, ...changes };
  const columns = Object.keys(values);
  const marks = columns.map(() => '?').join(', ');
  write(world, `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks})`, ...Object.values(values));
}

describe('the database itself refuses', () => {
  test('a reply of another agent in an epoch, a second reply under one client id, and a second open lock', async () => {
    await using world = await start();
    const [id, other] = [world.conversation('orders', 0), world.conversation('orders', 1)];
    const ann = await world.connect('ann');
    const { fence } = await ann.acquire(id);
    await ann.send(id, { fence, lastSeen: 1 });
    await ann.acquire(other);
    const ben = world.agent('ben').id;
    writeCopy(world, 'entries', { position: 99, id: 'ent_99' });
    const place = { position: 99, conversation_id: id };
    expect(() =>
      writeCopy(world, 'replies', { ...place, agent_id: ben, client_message_id: newClientId() }),
    ).toThrow(/FOREIGN KEY/);
    expect(() => writeCopy(world, 'replies', place)).toThrow(/UNIQUE/);
    const open = { conversation_id: other, epoch: 99, request_id: newClientId(), ended_at: null };
    expect(() => writeCopy(world, 'lock_epochs', open)).toThrow(/UNIQUE/);
  });

  test('two open-mode locks of one agent, and two grants of one request', async () => {
    await using world = await start();
    const [first, second] = [world.conversation('front', 0), world.conversation('front', 1)];
    const ann = await world.connect('ann');
    await ann.acquire(first);
    const open = { conversation_id: second, epoch: 1, request_id: newClientId(), ended_at: null };
    expect(() => writeCopy(world, 'lock_epochs', open)).toThrow(/UNIQUE/);
    expect(() => writeCopy(world, 'lock_epochs', { epoch: 99, ended_at: 1 })).toThrow(/UNIQUE/);
  });
});

describe('another process that holds the file', () => {
  /** Holds SQLite's one write lock for `ms`, as a backup or a long import of another process would. */
  async function hold(world: World, ms: number, meanwhile: () => Promise<void>): Promise<void> {
    const file = new DatabaseSync(world.database);
    try {
      file.exec('PRAGMA busy_timeout = 2000; BEGIN IMMEDIATE');
      const over = performance.now() + ms;
      await meanwhile();
      await pause(Math.max(0, over - performance.now()));
      file.exec('ROLLBACK');
    } finally {
      file.close();
    }
  }

  test('delays writes, and neither reading nor the server as a whole', async () => {
    await using world = await start();
    const id = world.conversation('orders', 0);
    const ann = await world.connect('ann');
    const { fence } = await ann.acquire(id);
    let sent: Promise<unknown> = Promise.resolve();
    await hold(world, 1_500, async () => {
      sent = ann.send(id, { fence, lastSeen: 1 });
      for (let look = 0; look < 5; look += 1) {
        const began = performance.now();
        await ann.wire.call('conversation.open', {
          conversationId: world.conversation('orders', 1),
          view: false,
          limit: 1,
        });
        expect(performance.now() - began).toBeLessThan(SLACK);
      }
    });
    expect(await sent).toMatchObject({ lateSend: false });
    await world.check();
  });

  test('for longer than a writer waits: timeout, and the send again is stored once', async () => {
    await using world = await start();
    const id = world.conversation('front', 0);
    const ann = await world.connect('ann');
    const { fence } = await ann.acquire(id);
    const input = { fence, lastSeen: 1, clientId: newClientId() };
    await hold(world, 0, () => refusal('timeout', ann.send(id, input)).then(() => undefined));
    await eventually('it is stored', () => ann.send(id, input));
    expect(world.rows('SELECT 1 FROM replies')).toHaveLength(1);
    await world.check();
  });
});

describe('what was acknowledged', () => {
  test('survives kill -9 at the moment of the acknowledgement', async () => {
    await using world = await start();
    const id = world.conversation('front', 0);
    let ann = await world.connect('ann');
    let { fence } = await ann.acquire(id);
    for (let round = 1; round <= 3; round += 1) {
      const { position } = await ann.send(id, { fence, lastSeen: round, body: `round ${round}` });
      await world.server().kill9();
      expect(position).toBe(round + 1);
      const stored = world.rows<{ body: string }>(
        `SELECT body FROM entries JOIN replies USING (conversation_id, position) WHERE position = ?`,
        position,
      );
      expect(stored).toEqual([{ body: `round ${round}` }]);
      await world.server().restart();
      ann = await world.connect('ann', { resume: ann.wire.session });
      ({ fence } = await ann.acquire(id));
    }
    await world.check();
  });
});
