/** What the tests of mail that leaves share: a started server with a mail server beside it, a customer of each test, and what came of both. */
import { randomBytes } from 'node:crypto';
import type { Attachment, Delivery, Entry, ReplyEntry } from '@latchbox/shared';
import { getConversation, listConversations } from '@latchbox/shared/http/conversations';
import { sendReply } from '@latchbox/shared/http/replies';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { newClientId } from '../tools/history-client.ts';
import { freePort } from '../tools/server-process.ts';
import { sendMail } from '../tools/smtp-client.ts';
import { type SinkOptions, type SmtpSink, startSmtpSink, type SunkMail } from '../tools/smtp-sink.ts';
import { startWorld, type World } from '../tools/world.ts';

export const ORDERS = 'orders@fernhill.example';
export const HELLO = 'hello@fernhill.example';
export const BOARD = 'board@fernhill.example';

export interface Writing {
  readonly from?: string;
  readonly to?: string;
  readonly headers?: readonly string[];
  readonly text?: string;
}

/** To be called once in a test file: starts before its first test and stops after its last. */
export function mailDesk(env: Record<string, string> = {}, sinkOptions: SinkOptions = {}) {
  let sink: SmtpSink;
  let world: World;
  let smtpPort = 0;
  let count = 0;
  let customer = '';

  beforeAll(async () => {
    sink = await startSmtpSink(sinkOptions);
    smtpPort = await freePort();
    world = await startWorld({
      seed: {
        inboxes: {
          orders: { addresses: [ORDERS, HELLO], conversations: 1 },
          board: { addresses: [BOARD], conversations: 1 },
        },
        agents: {
          ana: { inboxes: ['orders'] },
          ben: { inboxes: ['orders'] },
          mo: { role: 'admin', inboxes: [] },
        },
      },
      env: { SMTP_URL: sink.url, SMTP_PORT: String(smtpPort), ...env },
    });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await sink[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    customer = `cora-${++count}@quist.example`;
  });

  /** Somebody writes by mail. */
  async function writes({
    from = customer,
    to = ORDERS,
    headers = [],
    text = 'Page 12 came torn.',
  }: Writing = {}) {
    const lines = [
      `From: "Cora Quist" <${from}>`,
      ...(headers.some((line) => line.startsWith('To:')) ? [] : [`To: ${to}`]),
      `Subject: A torn page ${count}`,
      `Message-ID: <${randomBytes(6).toString('hex')}@quist.example>`,
      ...headers,
      '',
      text,
    ];
    await sendMail(smtpPort, { from, to }, lines.join('\r\n'));
  }

  /** The customer writes; answers the conversation's id. */
  async function started(writing: Writing = {}): Promise<string> {
    await writes(writing);
    const { rows } = await world.rest('ana').call(listConversations, { query: { limit: 100 } });
    const found = rows.find(({ contact }) => contact.address === customer);
    expect(found).toBeDefined();
    return found?.id ?? '';
  }

  const sendBody = (conversation: string, more: Record<string, unknown>) =>
    world.rest('ana').call(sendReply, {
      params: { conversation },
      body: { clientId: newClientId(), body: 'A new page is in the post.', ...more },
    });
  const replies = async (conversation: string, more: Record<string, unknown> = {}) =>
    (await sendBody(conversation, more)).entry as ReplyEntry;

  const thread = async (conversation: string): Promise<readonly Entry[]> =>
    (await world.rest('ana').call(getConversation, { params: { conversation } })).entries;
  const entryAt = async (conversation: string, position: number) =>
    (await thread(conversation)).find((entry) => entry.position === position);

  const delivered = <S extends Delivery['state']>(conversation: string, { position }: Entry, state: S) =>
    eventually(
      `the delivery is ${state}`,
      async () => {
        const entry = await entryAt(conversation, position);
        if (entry?.kind !== 'reply' || entry.delivery.state !== state) return false;
        return entry.delivery as Extract<Delivery, { state: S }>;
      },
      20_000,
    );
  const sunk = (match: (mail: SunkMail) => boolean) => sink.mail('the mail arrives', match, 20_000);

  async function upload(name: string, bytes: Uint8Array, type = 'image/png') {
    const query = new URLSearchParams({ name, type }).toString();
    const response = await fetch(`${world.server().url}/api/attachments?${query}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${world.agent('ana').token}`,
        'content-type': 'application/octet-stream',
      },
      body: bytes as Uint8Array<ArrayBuffer>,
    });
    return (await response.json()) as Attachment;
  }

  return {
    world: () => world,
    sink: () => sink,
    /** Address of this test's customer. */
    customer: () => customer,
    /** Number of this test. */
    count: () => count,
    writes,
    started,
    sendBody,
    replies,
    thread,
    entryAt,
    delivered,
    sunk,
    upload,
  };
}

/** The headers of a mail, as they stand. */
export const headerBlock = (mail: SunkMail): string => mail.raw.toString('latin1').split('\r\n\r\n')[0] ?? '';
