/** What the tests of mail that comes in share: a world with a mail port, mails to send, and what came of them. */

import type { Entry, ConversationRow } from '@latchbox/shared';
import { getConversation, listConversations } from '@latchbox/shared/http/conversations';
import { getEntryRaw } from '@latchbox/shared/http/entry-mails';
import { signedMailId } from '../../server/src/channels/email/mail-id.ts';
import { freePort } from '../tools/server-process.ts';
import { type Envelope, sendMail } from '../tools/smtp-client.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';

export type MessageEntry = Extract<Entry, { kind: 'message' }>;

export interface MailWorld extends AsyncDisposable {
  readonly world: World;
  readonly port: number;
  /** Sends a mail from a customer to `orders@shop.example`, unless it says otherwise. */
  send(mail: WrittenMail, envelope?: Partial<Envelope>): Promise<void>;
  /** Conversations with this subject in all inboxes that Ana may see. */
  found(subject: string): Promise<ConversationRow[]>;
  /** The one conversation with this subject, with its messages. */
  thread(subject: string): Promise<{ row: ConversationRow; messages: MessageEntry[] }>;
  /** The bytes that are kept of a message, as an agent saves them. */
  rawOf(conversationId: string, position: number): Promise<Buffer>;
  /** A Message-ID that only this deployment can make. */
  ourId(kind: 'entry' | 'conversation', id: string): string;
}

export interface WrittenMail {
  readonly from?: string;
  readonly to?: string;
  readonly subject: string;
  readonly id?: string;
  readonly body?: string;
  /** More header lines, by name. */
  readonly headers?: Readonly<Record<string, string>>;
}

let written = 0;

/** The bytes of a mail. */
export function mailOf({ from, to, subject, id, body, headers = {} }: WrittenMail): string {
  written += 1;
  const lines = {
    From: from ?? 'Cora Quist <cora@quist.example>',
    To: to ?? 'orders@shop.example',
    Subject: subject,
    'Message-ID': `<${id ?? `mail-${written}@quist.example`}>`,
    Date: 'Tue, 03 Mar 2026 09:15:00 +0100',
    ...headers,
  };
  const head = Object.entries(lines).filter(([, value]) => value !== '');
  return `${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body ?? `Text of mail ${written}`}\r\n`;
}

/** A server with inboxes `orders` (two addresses) and `front` (one), whose port for mail is open. */
export async function startMailWorld(env: Record<string, string> = {}): Promise<MailWorld> {
  const port = await freePort();
  const inbox = { times: SHORT, conversations: 1 };
  const world = await startWorld({
    env: { SMTP_PORT: String(port), ...env },
    seed: {
      inboxes: {
        orders: { ...inbox, addresses: ['orders@shop.example', 'hello@shop.example'] },
        front: { ...inbox, addresses: ['front@shop.example'] },
      },
      agents: { ana: {}, mia: { inboxes: [], role: 'admin' }, rita: { capability: 'read' } },
    },
  });
  const rest = world.rest('ana');
  const secret = world.rows<{ value: string }>(`SELECT value FROM meta WHERE key = 'token_secret'`)[0]?.value;

  async function found(subject: string): Promise<ConversationRow[]> {
    const { rows } = await rest.call(listConversations, { query: { limit: 100 } });
    return rows.filter((row) => row.subject === subject);
  }
  return {
    world,
    port,
    send: (mail, envelope = {}) =>
      sendMail(port, { from: 'cora@quist.example', to: 'orders@shop.example', ...envelope }, mailOf(mail)),
    found,
    async thread(subject) {
      const rows = await found(subject);
      const [row] = rows;
      if (row === undefined || rows.length > 1) throw new Error(`${rows.length} conversations: ${subject}`);
      const opened = await rest.call(getConversation, { params: { conversation: row.id } });
      return { row, messages: opened.entries.filter((entry) => entry.kind === 'message') };
    },
    async rawOf(conversationId, position) {
      const path = getEntryRaw.path
        .replace('{conversation}', conversationId)
        .replace('{position}', String(position));
      const headers = { authorization: `Bearer ${world.agent('ana').token}` };
      const answer = await fetch(world.server().url + path, { headers });
      if (!answer.headers.get('content-disposition')?.startsWith('attachment')) {
        throw new Error(`not to be saved: ${answer.status} ${await answer.text()}`);
      }
      return Buffer.from(await answer.arrayBuffer());
    },
    ourId: (kind, id) => signedMailId(secret ?? '', { kind, id }, 'shop.example'),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}
