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

/** A webhook's turn has come: signed as the provider signs. One that is not understood comes again. */
export async function sendWebhook(hooks: CarrierHooks, item: Item<'webhook'>): Promise<void> {
  const { store, account, call, publicUrl, log } = hooks;
  const { url, fields, token, tries } = item.data;
  const status = url.startsWith(`${publicUrl}/`)
    ? await call(
        new Request(url, {
          method: 'POST',
          headers: {
            'x-twilio-signature': signForm(account.token, url, fields),
            'i-twilio-idempotency-token': token,
          },
          body: new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])),
        }),
      ).then(
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
