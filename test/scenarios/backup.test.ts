/** Backup and restore while people work (P2): no old fence is valid, nothing leaves twice by itself, clients load afresh. */

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLatchbox } from '@latchbox/client';
import { dropReply } from '@latchbox/shared/http/replies';
import { describe, expect, test } from 'vitest';
import { eventually, pause } from '../tools/eventually.ts';
import type { HistoryClient } from '../tools/history-client.ts';
import { refusal, staysTrue } from '../tools/scenario.ts';
import { compiledIn, repository, startServer } from '../tools/server-process.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';

const run = promisify(execFile);

/** `npm run backup` or `npm run restore`; answers what it said, or rejects with that. */
async function command(world: World, name: 'backup' | 'restore', ...args: string[]): Promise<string> {
  const { dataDir } = world.server();
  const env = { PATH: process.env.PATH ?? '', DATA_DIR: dataDir, NODE_COMPILE_CACHE: compiledIn(repository) };
  const main = join(repository, 'server/src/backup/main.ts');
  const { stdout } = await run(process.execPath, [main, name, ...args], { env });
  return stdout;
}

async function folder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'latchbox-backup-'));
  return {
    path: join(path, 'backup'),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

const outboxStates = (world: World): unknown[] =>
  world.rows<{ state: string }>('SELECT state FROM outbox ORDER BY position').map(({ state }) => state);

/** Writes notes as fast as they are answered, until told to stop. */
function load(client: HistoryClient, id: string): () => Promise<number> {
  let stopped = false;
  const writing = (async () => {
    let written = 0;
    for (; !stopped; written += 1) await client.note(id, `Note ${written}`);
    return written;
  })();
  return () => {
    stopped = true;
    return writing;
  };
}

describe('a backup taken under load, more work, and a restore', () => {
  test('no old fence is accepted, what was on its way waits for a person, and connected clients load afresh', async () => {
    await using place = await folder();
    await using world = await startWorld({
      redis: true,
      // A worker comes later: so it is certain what was not sent yet when the backup was made.
      env: { ROLES: 'web' },
      seed: {
        inboxes: { orders: { lockOn: 'open', times: SHORT, conversations: 4 } },
        agents: { ann: {}, ben: {}, cleo: {}, dan: {} },
      },
    });
    const [held, busy, later] = [0, 1, 2].map((at) => world.conversation('orders', at)) as [
      string,
      string,
      string,
    ];
    const ann = await world.connect('ann');
    const { fence: before } = await ann.acquire(held);
    await ann.send(held, { fence: before, lastSeen: 1, body: 'Written before the backup' });
    const sdk = createLatchbox({
      url: world.server().url,
      auth: () => Promise.resolve(world.agent('dan').token),
    });
    await sdk.connect();
    const conversation = sdk.conversation(held);
    const view = conversation.open();
    await conversation.ready;
    const bodies = () =>
      conversation.getSnapshot().entries.flatMap((entry) => ('body' in entry ? [entry.body] : []));

    const stop = load(await world.connect('ben'), busy);
    await pause(100);
    const said = await command(world, 'backup', place.path);
    expect(await stop()).toBeGreaterThan(0);
    expect(said).toContain(place.path);

    // More work: a lock, a reply, and a worker that sends everything.
    const cleo = await world.connect('cleo');
    const { fence: after } = await cleo.acquire(later);
    await ann.send(held, { fence: before, lastSeen: 2, body: 'Written after the backup' });
    await eventually('the other client sees it', () => bodies().includes('Written after the backup'));
    const worker = await startServer({
      dataDir: world.server().dataDir,
      args: ['--empty'],
      env: { REDIS_URL: world.redis?.url ?? '', ROLES: 'worker' },
    });
    await eventually('all is sent', () => outboxStates(world).every((state) => state === 'sent'));
    const [{ epoch: oldLog } = { epoch: '' }] = logEpoch(world);

    await expect(command(world, 'restore', place.path)).rejects.toThrow(/There is a database/);
    await expect(command(world, 'restore', '--replace', place.path)).rejects.toThrow(/Stop all of them/);
    await Promise.all([worker.sigterm(), world.server().sigterm()]);
    expect(await command(world, 'restore', '--replace', place.path)).toMatch(
      /Ended 1 locks[\s\S]*Held 1 messages/,
    );
    expect(await readdir(world.server().dataDir)).toContainEqual(expect.stringMatching(/^before-restore-/));

    await world.server().restart();
    await worker.restart();
    expect(logEpoch(world)[0]?.epoch).not.toBe(oldLog);
    // Neither the fence of the backup's time nor one from after it, in the sessions that had them.
    const annAgain = await world.connect('ann', { resume: ann.wire.session });
    const cleoAgain = await world.connect('cleo', { resume: cleo.wire.session });
    await refusal('lock_lost', annAgain.send(held, { fence: before, lastSeen: 2 }));
    await refusal('lock_lost', cleoAgain.send(later, { fence: after, lastSeen: 1 }));
    const given = await cleoAgain.acquire(later);
    expect(given.fence).toBeGreaterThan(1_000_000);

    // What was on its way in the backup has left meanwhile: nothing leaves again by itself.
    await staysTrue('it is held', () => outboxStates(world).join() === 'held', 1_500);
    expect(world.rows('SELECT 1 FROM outbox_attempts')).toEqual([]);
    // A person decides: not to send it, and then to send it after all.
    const at = { conversation: held, position: '2' };
    await world.rest('ann').call(dropReply, { params: at });
    await refusal('conflict', world.rest('ann').call(dropReply, { params: at }));
    await staysTrue('it is not sent', () => outboxStates(world).join() === 'failed', 1_200);
    expect(world.rows("SELECT actor_id AS actor FROM audit WHERE action = 'reply.dropped'")).toEqual([
      { actor: world.agent('ann').id },
    ]);
    await annAgain.wire.call('reply.retry', { conversationId: held, position: 2 });
    await eventually('a person has sent it', () => outboxStates(world).join() === 'sent');

    // A cursor of before means nothing any more; the SDK loads afresh by itself and goes on live.
    const cursor = { logEpoch: oldLog, seq: 1 };
    await refusal('resync', annAgain.wire.subscribe(world.stream('orders'), cursor));
    await eventually(
      'what came after the backup is gone',
      () => !bodies().includes('Written after the backup'),
      20_000,
    );
    expect(bodies()).toContain('Written before the backup');
    await annAgain.note(held, 'Written after the restore');
    await eventually('what comes now is told', () => bodies().includes('Written after the restore'));
    view.release();
    await sdk.close();
    await worker[Symbol.asyncDispose]();
  });
});

const logEpoch = (world: World): { epoch: string }[] =>
  world.rows<{ epoch: string }>(`SELECT value AS epoch FROM meta WHERE key = 'log_epoch'`);
