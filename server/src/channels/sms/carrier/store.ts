/** What the carrier in a box remembers, with types. */
import { createHash } from 'node:crypto';
import {
  type CarrierItem,
  carrierItem,
  carrierItemsByKey,
  dueCarrierItems,
  newestCarrierItems,
  putCarrierItem,
  removeCarrierItem,
  takeCarrierItem,
} from '../../../database/texting/carrier-items.ts';
import type { Database } from '../../../database/database.ts';
import type { Element } from './twiml-document.ts';
import { newSecret } from '../../../lib/ids.ts';

/** One phone of a call: whoever called, who was called by the account, or who is dialled for one of these. */
export interface CarrierLeg {
  readonly from: string;
  readonly to: string;
  readonly direction: 'inbound' | 'outbound-api' | 'outbound-dial';
  readonly status: LegStatus;
  /** Of a leg that was dialled: the one that it was dialled for. */
  readonly parentSid: string | null;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly statusCallback: string | null;
  readonly statusEvents: readonly string[];
  /** What is asked for what it hears when it is picked up. */
  readonly url: string | null;
  readonly twiml: string | null;
  /** What it waits for. */
  readonly waits: Waiting;
  /** What is left of the document that it hears. */
  readonly rest: readonly Element[];
  readonly heard: readonly string[];
}
export type LegStatus =
  | 'queued'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled';

/** `until`: epoch ms of the server at which it waits no longer. */
export type Waiting =
  | { readonly for: 'nothing' }
  | { readonly for: 'pick up'; readonly until: number }
  | { readonly for: 'key'; readonly until: number; readonly action: string | null }
  | {
      readonly for: 'message';
      readonly until: number;
      readonly action: string | null;
      readonly callback: string | null;
      readonly transcribe: string | null;
    }
  /** Other phones ring for it, or are connected with it. */
  | { readonly for: 'dial'; readonly action: string | null; readonly bridgedWith: string | null }
  /** It was accepted: connected with the one that it was dialled for. */
  | { readonly for: 'bridge' };

/** What there is of each kind. Ids are those of the API; a `block` is a pair of numbers where the second one said STOP. */
export interface Kinds {
  number: {
    phoneNumber: string;
    smsUrl: string;
    /** Of those that were bought before there were calls: not there. */
    voiceUrl?: string;
    statusCallback?: string;
    friendlyName: string;
    serviceSid: string | null;
  };
  call: CarrierLeg;
  recording: { callSid: string; seconds: number };
  message: {
    from: string;
    to: string;
    body: string;
    direction: 'inbound' | 'outbound-api' | 'outbound-reply';
    status: string;
    errorCode: number | null;
    media: readonly { url: string; type: string }[];
    statusCallback: string | null;
    /** What it will come to, one after the other. */
    next: readonly string[];
  };
  media: { messageSid: string; type: string; base64: string };
  block: { at: number };
  service: { name: string };
  brand: { status: string; profile: string; a2pProfile: string; brandType: string; reason: string | null };
  campaign: {
    serviceSid: string;
    brandSid: string;
    status: string;
    reason: string | null;
    fields: Readonly<Record<string, string | readonly string[]>>;
  };
  webhook: { url: string; fields: readonly (readonly [string, string])[]; token: string; tries: number };
  settings: { outcome: string; shuffled: boolean; twice: boolean };
}
export type Kind = keyof Kinds;

export interface Item<K extends Kind> {
  readonly sid: string;
  readonly kind: K;
  readonly key: string;
  readonly at: number;
  readonly dueAt: number | null;
  readonly data: Kinds[K];
}

export type AnyItem = { readonly [K in Kind]: Item<K> }[Kind];

/** Ms after which the step of a process that died is taken by another one. */
const TAKEN_FOR = 30_000;

/** `SM` and 32 hexadecimal digits. */
export const newSid = (prefix: string): string =>
  prefix + createHash('sha256').update(newSecret()).digest('hex').slice(0, 32);

export type CarrierStore = ReturnType<typeof createCarrierStore>;

export function createCarrierStore(db: Database) {
  function typed<K extends Kind>(item: CarrierItem | undefined, kind: K): Item<K> | undefined {
    if (item?.kind !== kind) return undefined;
    return { ...item, kind, data: JSON.parse(item.data) as Kinds[K] };
  }
  const all = <K extends Kind>(items: readonly CarrierItem[], kind: K): Item<K>[] =>
    items.map((item) => typed(item, kind)).filter((item) => item !== undefined);

  return {
    now: () => db.now(),
    get: async <K extends Kind>(kind: K, sid: string) => typed(await carrierItem(db.read, sid), kind),
    byKey: async <K extends Kind>(kind: K, key: string) =>
      all(await carrierItemsByKey(db.read, kind, key), kind),
    newest: async <K extends Kind>(kind: K, limit: number) =>
      all(await newestCarrierItems(db.read, kind, limit), kind),

    /** Stores an item, in place of the one with its id. `after`: ms until its next step; null: there is none. */
    async put<K extends Kind>(
      kind: K,
      { sid, key = '', at }: { sid: string; key?: string; at?: number | undefined },
      data: Kinds[K],
      after: number | null = null,
    ): Promise<Item<K>> {
      return await db.inTransaction(async (tx) => {
        const dueAt = after === null ? null : tx.now + after;
        const row = { sid, kind, key, at: at ?? tx.now, dueAt };
        await putCarrierItem(tx, { ...row, data: JSON.stringify(data) });
        return { ...row, data };
      });
    },

    remove: (sid: string) => db.inTransaction((tx) => removeCarrierItem(tx, sid)),

    /** Takes what is due, each item for one process. */
    async takeDue(limit: number): Promise<AnyItem[]> {
      const due = await dueCarrierItems(db.read, await db.now(), limit);
      const taken: CarrierItem[] = [];
      for (const item of due)
        if (await db.inTransaction((tx) => takeCarrierItem(tx, item, tx.now + TAKEN_FOR))) taken.push(item);
      return taken.map((item) => ({ ...item, data: JSON.parse(item.data) }) as AnyItem);
    },
  };
}
