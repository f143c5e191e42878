/** What the driver of a run and its client processes say to each other. All of it survives JSON. */

import type { StreamEvent } from '@latchbox/shared';
import type { Op, Snapshot } from '../../tools/history.ts';
import type { Disclosure, PresenceSample, SocketLife } from '../../tools/history-record.ts';

/** An SDK client that acts as an agent. */
export interface Player {
  /** Name in messages, such as `ann/2`. */
  readonly name: string;
  readonly agent: string;
  readonly agentId: string;
}

/** A place where customers write. */
export interface Door {
  readonly inboxId: string;
  readonly apiCode: string;
  readonly address: string;
}

export interface Start {
  readonly order: 'start';
  readonly group: number;
  readonly seed: number;
  readonly players: readonly Player[];
  /** Tokens of the agents, by name. */
  readonly tokens: Readonly<Record<string, string>>;
  /** The servers as this group reaches them, and their ports for mail; in the order of the nodes. */
  readonly urls: readonly string[];
  readonly mailPorts: readonly number[];
  readonly doors: readonly Door[];
  /** Ids of all agents of all groups. */
  readonly agentIds: readonly string[];
  /** Conversations that are there from the beginning. */
  readonly conversations: readonly string[];
  /** Ms between two acts of one player, on average. */
  readonly pace: number;
}

export type ToClients =
  | Start
  /** A new token for an agent. */
  | { readonly order: 'token'; readonly agent: string; readonly token: string }
  /** Finish what is under way, give locks back, and stay connected. */
  | { readonly order: 'settle' }
  /** Tell what the clients show. */
  | { readonly order: 'report' }
  /** Close all clients and end. */
  | { readonly order: 'end' };

/** What one connection was given of one stream, since the last batch. */
export interface DeliveryPart {
  /** Number of the delivery in its process. */
  readonly id: number;
  readonly client: string;
  readonly sessionId: string;
  readonly agentId: string;
  readonly stream: string;
  readonly logEpoch: string;
  readonly from: number;
  readonly head: number;
  readonly live: boolean;
  /** Places in the process' list of events, and when each came. */
  readonly added: readonly (readonly [event: number, at: number])[];
}

/** A message of a customer, and whether the server took it. */
export interface Incoming {
  /** Stands in the text. */
  readonly marker: string;
  readonly by: 'simulator' | 'mail';
  readonly inboxId: string;
  readonly outcome: 'ok' | 'info' | 'fail';
  readonly why: string;
}

/** What was written down since the last batch. */
export interface Batch {
  readonly ops: readonly Op[];
  /** Events that this process had not seen before; their places go on from the last batch. */
  readonly events: readonly StreamEvent[];
  readonly deliveries: readonly DeliveryPart[];
  readonly disclosures: readonly Disclosure[];
  readonly lives: readonly SocketLife[];
  readonly presence: readonly PresenceSample[];
  readonly incoming: readonly Incoming[];
  /** What the SDK did that it must never do, as sentences. */
  readonly wrong: readonly { readonly invariant: string; readonly story: string }[];
}

/** What one client shows when all is quiet. `stream` and `seq` are the driver's to fill in. */
export interface Shown {
  readonly client: string;
  readonly connection: string;
  readonly unsent: number;
  readonly failed: number;
  readonly threads: readonly Omit<Snapshot, 'stream' | 'seq'>[];
}

export type FromClients =
  | { readonly say: 'ready' }
  | { readonly say: 'batch'; readonly batch: Batch }
  | { readonly say: 'settled' }
  | { readonly say: 'shown'; readonly shown: readonly Shown[] }
  | { readonly say: 'failed'; readonly error: string };
