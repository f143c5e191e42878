import { callApi } from '../lib/http.ts';
import type { Access } from '../session/access.ts';

/** The REST calls of the page behind the simulated carrier, for an admin who is signed in in this browser. */

export const OUTCOMES = ['delivered', 'sent', 'undelivered', 'filtered', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface CarrierText {
  readonly sid: string;
  readonly phone: string;
  readonly number: string;
  readonly from: 'customer' | 'team' | 'network';
  readonly body: string;
  readonly media: readonly { readonly url: string; readonly type: string }[];
  readonly status: string;
  readonly errorCode: number | null;
  /** Epoch ms of the server. */
  readonly at: number;
}

/** A customer's phone with one of our numbers. */
export interface Line {
  readonly phone: string;
  readonly number: string;
}

export interface CarrierSettings {
  readonly outcome: Outcome;
  readonly shuffled: boolean;
  readonly twice: boolean;
}

export interface CarrierCampaign {
  readonly sid: string;
  readonly status: string;
  readonly reason: string | null;
  readonly description: string;
  readonly useCase: string;
}

/** A phone that called, rings or rang. */
export interface CarrierLeg {
  readonly sid: string;
  readonly call: string;
  readonly phone: string;
  readonly number: string;
  readonly direction: 'in' | 'out';
  readonly status:
    | 'queued'
    | 'ringing'
    | 'in-progress'
    | 'completed'
    | 'busy'
    | 'no-answer'
    | 'failed'
    | 'canceled';
  readonly wants: 'nothing' | 'key' | 'message';
  readonly heard: readonly string[];
  /** Epoch ms of the server. */
  readonly at: number;
}

export type PhoneAct =
  | { readonly act: 'answer' | 'busy' | 'ignore' | 'hang_up' }
  | { readonly act: 'press'; readonly key: string }
  | { readonly act: 'speak'; readonly seconds: number; readonly words?: string };

export interface Carrier {
  readonly accountSid: string;
  readonly authToken: string;
  readonly path: string;
  readonly settings: CarrierSettings;
  readonly numbers: readonly { readonly e164: string; readonly shown: string }[];
  readonly texts: readonly CarrierText[];
  /** The oldest first. */
  readonly phones: readonly CarrierLeg[];
  readonly campaigns: readonly CarrierCampaign[];
}

export interface CarrierCalls {
  read(signal: AbortSignal): Promise<Carrier>;
  text(text: { from: string; to: string; body: string; picture: boolean }): Promise<void>;
  /** Calls one of our numbers. */
  ring(from: string, to: string): Promise<void>;
  phone(sid: string, act: PhoneAct): Promise<void>;
  settle(sid: string, outcome: Outcome): Promise<void>;
  change(settings: CarrierSettings): Promise<void>;
  /** Approves, or rejects for a reason. */
  decide(sid: string, reason: string | null): Promise<void>;
}

export function carrierCalls(access: Access): CarrierCalls {
  const call = async <R>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    more: { body?: object; signal?: AbortSignal } = {},
  ): Promise<R> => await callApi<R>(method, path, { ...more, token: await access.token('first') });
  return {
    read: (signal) => call<Carrier>('GET', '/api/carrier', { signal }),
    text: (body) => call('POST', '/api/carrier/texts', { body }),
    ring: (from, to) => call('POST', '/api/carrier/calls', { body: { from, to } }),
    phone: (sid, body) => call('POST', `/api/carrier/phones/${sid}`, { body }),
    settle: (sid, outcome) => call('POST', `/api/carrier/texts/${sid}/delivery`, { body: { outcome } }),
    change: (body) => call('PUT', '/api/carrier/settings', { body }),
    decide: (sid, reason) => call('POST', `/api/carrier/campaigns/${sid}/verdict`, { body: { reason } }),
  };
}
