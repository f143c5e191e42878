import { createHmac } from 'node:crypto';
import type { Database } from '../../../database/database.ts';
import type { Clock } from '../../../lib/clock.ts';
import { sameSecret } from '../../../lib/ids.ts';
import type { Log } from '../../../lib/log.ts';
import { createLoop } from '../../../lib/loop.ts';
import type { Account, Ask } from '../provider/request.ts';
import { type CarrierCall, CarrierError, type CarrierRoute, notFound, refusal } from './answers.ts';
import { callRoutes, createCarrierCalls, type PhoneAct } from './calls.ts';
import { messageRoutes } from './messages.ts';
import { numberRoutes } from './numbers.ts';
import { type PhoneText, settleMessage, stepMessage, textFrom } from './phone.ts';
import { decideBrand, registrationRoutes } from './registrations.ts';
import { type AnyItem, createCarrierStore, type Item, type Kinds } from './store.ts';
import { type CarrierHooks, sendWebhook } from './webhooks.ts';

export interface CarrierDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly account: Account;
  /** Of this deployment, without a slash at its end. */
  readonly publicUrl: string;
  /** Calls addresses under `publicUrl`. */
  readonly call: Ask;
}

/** Where its API stands below the public address. */
export const CARRIER_PATH = '/carrier-api';
/** Ms between two looks for what is due. */
const EVERY = 200;
const BATCH = 50;

/** The account of a deployment that has no provider: the same on all its servers, and known to nobody else. */
export function carrierAccount(secret: string): Account {
  const made = (what: string) =>
    createHmac('sha256', secret).update(`carrier ${what}`).digest('hex').slice(0, 32);
  return { sid: `AC${made('account')}`, token: made('token') };
}

/** A provider and its networks, in this process: the API, the webhooks and the phones of customers. */
export type CarrierBox = ReturnType<typeof createCarrierBox>;

export function createCarrierBox(deps: CarrierDeps) {
  const { account, publicUrl, clock, log } = deps;
  const store = createCarrierStore(deps.db);
  const baseUrl = `${publicUrl}${CARRIER_PATH}`;
  const hooks: CarrierHooks = { store, account, call: deps.call, publicUrl, log };
  const calls = createCarrierCalls(hooks, baseUrl);
  const routes = {
    account: [...messageRoutes(store), ...numberRoutes(store), ...callRoutes(store, calls)],
    messaging: registrationRoutes(store),
  };

  /** Does everything that is due now, and what becomes due by that. */
  async function look(): Promise<void> {
    for (;;) {
      const due = await store.takeDue(BATCH);
      for (const item of due) {
        if (item.kind === 'call') await calls.waited(item.sid);
        else await step(hooks, item);
      }
      if (due.length === 0) return;
    }
  }
  const loop = createLoop({ clock, log, every: EVERY, look, what: 'The simulated carrier stumbled' });

  return {
    account,
    store,
    baseUrl,
    /** Answers a request to its API. */
    handle: (request: Request) => handle(request, account, baseUrl, routes),
    text: async (text: PhoneText) => {
      const sid = await textFrom(hooks, baseUrl, text);
      loop.poke();
      return sid;
    },
    ring: async (from: string, to: string) => {
      const sid = await calls.ring(from, to);
      loop.poke();
      return sid;
    },
    act: async (sid: string, act: PhoneAct) => {
      await calls.act(sid, act);
      loop.poke();
    },
    settle: async (sid: string, outcome: string) => {
      await settleMessage(hooks, sid, outcome);
      loop.poke();
    },
    change: async (settings: Kinds['settings']) => {
      await store.put('settings', { sid: 'settings' }, settings);
    },
    /** Approves a campaign that is looked at, or rejects it for `reason`. */
    decide: async (sid: string, reason: string | null) => {
      const item = await store.get('campaign', sid);
      if (item === undefined) throw notFound('UsAppToPerson');
      const status = reason === null ? 'VERIFIED' : 'FAILED';
      await store.put('campaign', item, { ...item.data, status, reason });
    },
    look,
    start: () => loop.start(),
    stop: () => loop.stop(),
  };
}

async function step(hooks: CarrierHooks, item: Exclude<AnyItem, Item<'call'>>): Promise<void> {
  if (item.kind === 'message') return await stepMessage(hooks, item);
  if (item.kind === 'webhook') return await sendWebhook(hooks, item);
  if (item.kind === 'brand') return await decideBrand(hooks.store, item);
  throw new Error(`nothing is ever due for a ${item.kind}`);
}

async function handle(
  request: Request,
  account: Account,
  baseUrl: string,
  routes: { readonly account: readonly CarrierRoute[]; readonly messaging: readonly CarrierRoute[] },
): Promise<Response> {
  try {
    const { pathname, searchParams } = new URL(request.url);
    const path = pathname.slice(new URL(baseUrl).pathname.length);
    if (!hasAccount(request, account)) throw new CarrierError(401, 20_003, 'Authenticate');
    const own = `/2010-04-01/Accounts/${account.sid}`;
    const below = path.startsWith(`${own}/`);
    const call = { query: searchParams, accountSid: account.sid, baseUrl };
    const form = new URLSearchParams(request.method === 'POST' ? await request.text() : '');
    for (const [method, pattern, handler] of below ? routes.account : routes.messaging) {
      const match = method === request.method ? pattern.exec(below ? path.slice(own.length) : path) : null;
      if (match !== null)
        return await handler({ ...call, form, parts: match.slice(1) } satisfies CarrierCall);
    }
    throw notFound(path);
  } catch (error) {
    if (error instanceof CarrierError) return refusal(error);
    throw error;
  }
}

function hasAccount(request: Request, { sid, token }: Account): boolean {
  const expected = `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}`;
  return sameSecret(request.headers.get('authorization') ?? '', expected);
}
