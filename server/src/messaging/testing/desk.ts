/** Messaging with an inbox, agents and a conversation of its own, on a database that several desks share. For tests. */
import { type ConversationRow, type EventData, LatchboxError, type StreamId } from '@latchbox/shared';
import { eventsAfter } from '../../database/event-log.ts';
import { conversationRow } from '../../database/rows.ts';
import { type GivenOrganisation, givenOrganisation } from '../../database/testing/given.ts';
import { openTestDatabase, type TestDialect } from '../../database/testing/open.ts';
import { withTime } from '../../database/with-time.ts';
import type { Database } from '../../database/database.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import type { Author, InboundMessage, Messaging, SendDoor } from '../api.ts';
import { createMessaging } from '../messaging.ts';
import { createSendDoor } from '../sending/send.ts';

type Who = 'anna' | 'ben' | 'rita' | 'admin';

export interface Desk extends GivenOrganisation {
  readonly db: Database;
  readonly clock: ManualClock;
  readonly messaging: Messaging;
  readonly door: SendDoor;
  /** Streams that were woken, in order. */
  readonly woken: StreamId[];
  /** Called after every commit that put something into the outbox. */
  onPoke(poke: () => void): void;
  by(who: Who): Author;
  /** A customer's message with defaults. */
  inbound(message?: Partial<InboundMessage>): InboundMessage;
  /** Answers as Anna, without a lock. */
  answer(
    body: string,
    options?: { conversationId?: string; clientId?: string },
  ): ReturnType<SendDoor['sendOnce']>;
  /** What a stream told; by default the inbox's. */
  events(stream?: StreamId): Promise<EventData[]>;
  /** The rows that the newest events carried, and the same rows read from the database. */
  rows(): Promise<{ told: ConversationRow[]; stored: ConversationRow[] }>;
}

export interface Ground {
  readonly db: Database;
  readonly clock: ManualClock;
}

/** A database whose time, also on Postgres, is a clock that stands still. */
export async function createGround(dialect: TestDialect): Promise<Ground> {
  const clock = new ManualClock();
  return { clock, db: withTime(await openTestDatabase(dialect, { clock }), clock) };
}

export async function createDesk({ db, clock }: Ground): Promise<Desk> {
  const given = await givenOrganisation(db);
  const woken: StreamId[] = [];
  let poked = (): void => undefined;
  const deps = { db, logEpoch: 'log_test', wake: (stream: StreamId) => void woken.push(stream) };
  const messaging = createMessaging({ ...deps, poke: () => poked() });
  const door = createSendDoor({
    ...deps,
    poke: () => poked(),
    endLock: () => Promise.resolve(false),
    activity: () => undefined,
  });
  const by = (who: Who): Author => ({ agentId: given[who].id, agentName: given[who].name });
  let nextId = 0;
  const freshId = () => `client-id-${++nextId}`;

  async function events(stream: StreamId = `inbox:${given.inboxId}`): Promise<EventData[]> {
    const stored = await eventsAfter(db.read, stream, 0, 100_000);
    return stored.map(({ data }) => JSON.parse(data) as EventData);
  }

  return {
    ...given,
    db,
    clock,
    messaging,
    door,
    woken,
    onPoke: (poke) => void (poked = poke),
    by,
    inbound: (message = {}) => ({
      inboxId: given.inboxId,
      channel: 'simulator',
      providerId: freshId(),
      from: { name: 'Cora Quist', address: 'cora@quist.example' },
      subject: 'A torn page',
      body: 'Page 12 came torn.',
      conversationId: null,
      ...message,
    }),
    answer: (body, { conversationId = given.conversationId, clientId = freshId() } = {}) =>
      door.sendOnce(by('anna'), { conversationId, clientId, body, lastSeen: undefined, then: 'stay' }),
    events,
    async rows() {
      const newest = new Map<string, ConversationRow>();
      for (const event of await events()) if ('row' in event) newest.set(event.row.id, event.row);
      const told = [...newest.values()];
      const stored: ConversationRow[] = [];
      for (const { id } of told) stored.push(await conversationRow(db.read, id));
      return { told, stored };
    },
  };
}

/** The error of the table with which `work` was refused. */
export async function refusal(work: Promise<unknown>): Promise<LatchboxError> {
  const error = await work.then(
    () => new Error('was not refused'),
    (cause: unknown) => cause,
  );
  if (LatchboxError.is(error)) return error as LatchboxError;
  throw error;
}

export const codeOf = async (work: Promise<unknown>): Promise<string> => (await refusal(work)).code;
