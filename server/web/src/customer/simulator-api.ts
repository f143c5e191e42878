import { callApi } from '../lib/http.ts';

/** The REST calls of the simulated channel: what stands for a customer's mail program or phone. */

export interface OpenInbox {
  readonly id: string;
  readonly name: string;
  readonly apiCode: string;
}

export interface ThreadMessage {
  readonly id: string;
  readonly from: 'customer' | 'team';
  readonly author: string;
  readonly body: string;
  /** Epoch ms of the server. */
  readonly at: number;
}

export interface Writing {
  readonly inboxCode: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly body: string;
  /** The thread that goes on; null: a new one. */
  readonly threadToken: string | null;
  /** Names this one message, so that trying again does not write it twice. */
  readonly providerId: string;
}

export async function openInboxes(signal?: AbortSignal): Promise<readonly OpenInbox[]> {
  const { inboxes } = await callApi<{ inboxes: OpenInbox[] }>('GET', '/api/simulator/inboxes', { signal });
  return inboxes;
}

/** Answers the token of the thread that the message is in. */
export async function write(message: Writing): Promise<string> {
  const { threadToken } = await callApi<{ threadToken: string }>('POST', '/api/simulator/messages', {
    body: message,
  });
  return threadToken;
}

/** Everything in the thread after the first `after` messages, oldest first. */
export async function messagesAfter(
  token: string,
  after: number,
  signal?: AbortSignal,
): Promise<readonly ThreadMessage[]> {
  const path = `/api/simulator/thread?after=${after}`;
  const { messages } = await callApi<{ messages: ThreadMessage[] }>('GET', path, { token, signal });
  return messages;
}
