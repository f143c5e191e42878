/** A client that does what agents do, at random and without manners: whatever the answer is, it goes on. */

import { LatchboxError, type UpResult } from '@latchbox/shared';
import { pause } from '../tools/eventually.ts';
import { type HistoryClient, newClientId } from '../tools/history-client.ts';
import type { World } from '../tools/world.ts';
import type { Random } from './random.ts';

interface Sent {
  readonly conversationId: string;
  readonly fence: number;
  readonly lastSeen: number;
  readonly body: string;
  readonly clientId: string;
}

export interface Player {
  /** Settles when the player has stopped; throws what no fault explains. */
  readonly done: Promise<void>;
  stop(): void;
}

const ACTS = {
  acquire: 6,
  move: 1.5,
  send: 6,
  resend: 2,
  stolen: 1,
  release: 2,
  leave: 1,
  stay: 1,
  note: 1,
  cut: 0.3,
  look: 2,
};
/** Refusals that only say that somebody asked for nonsense, which a player never does on purpose. */
const WRONG = new Set(['invalid', 'unknown_event', 'internal', 'unauthenticated', 'forbidden', 'not_found']);

/** Starts a player for `agent` in an inbox's conversations. */
export function startPlayer(world: World, agent: string, inbox: string, random: Random): Player {
  let stopped = false;
  let client: HistoryClient | undefined;
  let session: { id: string; key: string } | undefined;
  const conversations = world.seeded.inboxes[inbox]?.conversations ?? [];
  const fences = new Map<string, number>();
  const seen = new Map<string, number>();
  let uncertain: Sent | undefined;

  const somewhere = (): string => conversations[random.below(conversations.length)] ?? '';
  const fenceOf = (id: string): number => fences.get(id) ?? 1;

  async function connected(): Promise<HistoryClient | undefined> {
    if (client?.wire.connected === true) return client;
    const resume = session === undefined ? {} : { resume: session };
    try {
      client = await world.connect(agent, { server: random.below(world.servers.length), ...resume });
      session = client.wire.session;
    } catch {
      client = undefined;
      await pause(20 + random.below(80));
    }
    return client;
  }

  async function look(here: HistoryClient, id: string): Promise<void> {
    const open: UpResult<'conversation.open'> = await here.wire.call('conversation.open', {
      conversationId: id,
      view: false,
      limit: 1,
    });
    seen.set(id, open.row.newestPosition);
  }

  async function send(here: HistoryClient, sent: Sent): Promise<void> {
    uncertain = sent;
    try {
      await here.send(sent.conversationId, sent);
      seen.set(sent.conversationId, Math.max(sent.lastSeen, seen.get(sent.conversationId) ?? 0));
      uncertain = undefined;
    } catch (error) {
      // "Send anyway": the same client id, with what the warning showed.
      if (LatchboxError.is(error, 'thread_moved_on')) {
        uncertain = { ...sent, lastSeen: error.details.newest };
        seen.set(sent.conversationId, error.details.newest);
      } else if (LatchboxError.is(error) && error.code !== 'timeout' && error.code !== 'offline')
        uncertain = undefined;
      throw error;
    }
  }

  function fresh(id: string, fence: number): Sent {
    return {
      conversationId: id,
      fence,
      lastSeen: seen.get(id) ?? 1,
      body: `${agent}: ${random.below(1_000_000)}`,
      clientId: newClientId(),
    };
  }

  async function act(here: HistoryClient): Promise<void> {
    const id = somewhere();
    switch (random.weighted(ACTS)) {
      case 'acquire':
        fences.set(id, (await here.acquire(id)).fence);
        return;
      case 'move':
        fences.set(id, (await here.move(id)).fence);
        return;
      case 'send':
        return await send(here, fresh(id, fenceOf(id)));
      case 'resend':
        if (uncertain !== undefined) await send(here, uncertain);
        return;
      case 'stolen':
        return await send(here, fresh(id, fenceOf(id) + 1));
      case 'release':
        return void (await here.release(id, fenceOf(id)));
      case 'leave':
        return void (await here.leave(id));
      case 'stay':
        return void (await here.stay(id, fenceOf(id)));
      case 'note':
        return void (await here.note(id, `A note of ${agent}`));
      case 'cut':
        return here.wire.cut();
      case 'look':
        return await look(here, id);
    }
  }

  async function play(): Promise<void> {
    while (!stopped) {
      const here = await connected();
      if (here === undefined) continue;
      try {
        await act(here);
      } catch (error) {
        if (!LatchboxError.is(error)) throw error;
        const { code } = error as LatchboxError;
        if (WRONG.has(code)) throw new Error(`${agent} was refused with ${code}`, { cause: error });
      }
      await pause(random.below(15));
    }
  }

  return {
    done: play(),
    stop() {
      stopped = true;
    },
  };
}

export interface Watcher {
  /** Connects again wherever it can, for the last time. */
  finish(): Promise<HistoryClient>;
}

/** A client that only watches an inbox, and goes on from its cursor whenever its connection breaks. */
export function startWatcher(world: World, agent: string, inbox: string, server: number): Watcher {
  let client: HistoryClient | undefined;
  let finished = false;
  let cursor: { logEpoch: string; seq: number } | null = null;
  const stream = world.stream(inbox);

  async function watch(): Promise<HistoryClient> {
    for (;;) {
      if (client?.wire.connected === true) {
        if (finished) return client;
        await pause(20);
        continue;
      }
      const last = client?.wire.deliveries.findLast((delivery) => delivery.stream === stream);
      if (last !== undefined)
        cursor = { logEpoch: last.logEpoch, seq: last.events.at(-1)?.event.seq ?? last.from };
      try {
        client = await world.connect(agent, { server });
        await client.wire.subscribe(stream, cursor);
      } catch {
        await pause(50);
      }
    }
  }
  const watching = watch();
  return {
    finish() {
      finished = true;
      return watching;
    },
  };
}
