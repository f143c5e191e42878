import { randomUUID } from 'node:crypto';
import type { Log } from '../../../lib/log.ts';
import type { Ask } from '../provider/request.ts';
import { signForm } from '../rules/signature.ts';
import { type CarrierStore, type Item, newSid } from './store.ts';

export interface CarrierHooks {
  readonly store: CarrierStore;
  readonly account: { readonly sid: string; readonly token: string };
  /** Calls addresses of this deployment, and no others: whoever has the account must not make it call somebody else's. */
  readonly call: Ask;
  readonly publicUrl: string;
  readonly log: Log;
}

/** How often a webhook is tried, and ms between two tries. */
const TRIES = 4;
const TRY_AGAIN = 2_000;

/** Puts a webhook into the line; `after` ms it goes out. */
export async function enqueueWebhook(
  { store, account }: CarrierHooks,
  url: string,
  fields: readonly (readonly [string, string])[],
  after = 0,
): Promise<void> {
  const all = [...fields, ['AccountSid', account.sid], ['ApiVersion', '2010-04-01']] as const;
  await store.put(
    'webhook',
    { sid: newSid('WH') },
    { url, fields: all, token: randomUUID(), tries: 0 },
    after,
  );
}

/** Asks what to do next, signed as the provider signs; answers the document. Throws when there is none. */
export async function askWebhook(
  { account, call, publicUrl }: CarrierHooks,
  url: string,
  fields: readonly (readonly [string, string])[],
): Promise<string> {
  if (!url.startsWith(`${publicUrl}/`)) throw new Error('this carrier calls its own deployment only');
  const all = [...fields, ['AccountSid', account.sid], ['ApiVersion', '2010-04-01']] as const;
  const response = await call(signed(account, url, all));
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return await response.text();
}

function signed(
  { token }: CarrierHooks['account'],
  url: string,
  fields: readonly (readonly [string, string])[],
  more: Readonly<Record<string, string>> = {},
): Request {
  return new Request(url, {
    method: 'POST',
    headers: { 'x-twilio-signature': signForm(token, url, fields), ...more },
    body: new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])),
  });
}

/** A webhook's turn has come: signed as the provider signs. One that is not understood comes again. */
export async function sendWebhook(hooks: CarrierHooks, item: Item<'webhook'>): Promise<void> {
  const { store, account, call, publicUrl, log } = hooks;
  const { url, fields, token, tries } = item.data;
  const status = url.startsWith(`${publicUrl}/`)
    ? await call(signed(account, url, fields, { 'i-twilio-idempotency-token': token })).then(
        (response) => response.status,
        () => 502,
      )
    : 0;
  if (status >= 500 && tries + 1 < TRIES) {
    await store.put('webhook', item, { ...item.data, tries: tries + 1 }, TRY_AGAIN);
    return;
  }
  if (status >= 400) log.warn('The simulated carrier was not understood', { status });
  await store.remove(item.sid);
}
