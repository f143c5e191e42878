/** What the tests of mailboxes share: a provider of mail accounts, a started server, and what comes of mail there. */
import type { ConversationRow, Entry } from '@latchbox/shared';
import { getConversation, listConversations } from '@latchbox/shared/http/conversations';
import { listInboxes } from '@latchbox/shared/http/inboxes';
import { createMailbox, getMailbox, type Mailbox } from '@latchbox/shared/http/mailboxes';
import { eventually } from '../tools/eventually.ts';
import { type MailProvider, startMailProvider } from '../tools/mail/provider.ts';
import { startWorld, type World, type WorldOptions } from '../tools/world.ts';

/** For what goes through several mail servers, ms. */
export const MAIL = 30_000;
export const CORA = 'cora@quist.example';

export type MessageEntry = Extract<Entry, { kind: 'message' }>;

export interface MailboxStage extends AsyncDisposable {
  readonly provider: MailProvider;
  readonly world: World;
  inboxId(name: string): string;
  /** Connects a mailbox to an inbox (as Mona, unless told otherwise), and waits until it is connected. */
  connect(inbox: string, address: string, more?: object, by?: 'mona' | 'ada'): Promise<Mailbox>;
  /** Waits until a mailbox stands like this (to Mona, unless told otherwise). */
  stands(id: string, match: (mailbox: Mailbox) => boolean, by?: string): Promise<Mailbox>;
  rows(inbox: string): Promise<readonly ConversationRow[]>;
  /** Waits for the one conversation with this subject whose entries `match` accepts. */
  thread(
    subject: string,
    match?: (entries: readonly Entry[]) => boolean,
  ): Promise<{ row: ConversationRow; entries: readonly Entry[] }>;
}

/** A server with these inboxes, each of which Ann reads and Mona manages; every user of the provider has a password. */
export async function startMailboxStage(
  inboxes: readonly string[],
  addresses: readonly string[],
  more: Pick<WorldOptions, 'servers' | 'sources'> = {},
): Promise<MailboxStage> {
  const provider = await startMailProvider(
    Object.fromEntries([CORA, ...addresses].map((address) => [address, `pw-${address}`])),
  );
  const world = await startWorld({
    ...more,
    seed: {
      inboxes: Object.fromEntries(inboxes.map((name) => [name, { conversations: 1 }])),
      agents: {
        ann: { inboxes: [...inboxes] },
        mona: { inboxes: [...inboxes], capability: 'manage' },
        ada: { role: 'admin', inboxes: [] },
      },
    },
    env: {
      ALLOWED_PRIVATE_HOSTS: 'localhost,127.0.0.1',
      NODE_EXTRA_CA_CERTS: provider.caFile,
      MAILBOX_SCAN_SECONDS: '1',
    },
  });
  const inboxId = (name: string): string => world.seeded.inboxes[name]?.inboxId ?? '';

  const stands: MailboxStage['stands'] = (id, match, by = 'mona') =>
    eventually(
      'the mailbox stands as it should',
      async () => {
        const mailbox = await world.rest(by).call(getMailbox, { params: { mailbox: id } });
        if (!match(mailbox)) throw new Error(JSON.stringify(mailbox.state));
        return mailbox;
      },
      MAIL,
      100,
    );

  const rows = (inbox: string) => rowsOf(inboxId(inbox));
  async function rowsOf(inbox: string): Promise<readonly ConversationRow[]> {
    const query = { inbox, limit: 100 };
    return (await world.rest('ann').call(listConversations, { query })).rows;
  }

  return {
    provider,
    world,
    inboxId,
    stands,
    rows,
    async connect(inbox, address, more = {}, by = 'mona') {
      const body = { inbox: inboxId(inbox), ...provider.account(address), ...more };
      const { id } = await world.rest(by).call(createMailbox, { body });
      return await stands(id, ({ state }) => state.status === 'connected');
    },
    thread: (subject, match = () => true) =>
      eventually(
        `the conversation "${subject}"`,
        async () => {
          const here = await world.rest('ann').call(listInboxes);
          const all = await Promise.all(here.inboxes.map(({ id }) => rowsOf(id)));
          const [listed, ...more] = all.flat().filter((one) => one.subject === subject);
          if (listed === undefined || more.length > 0) throw new Error(`${more.length} more than one`);
          const params = { conversation: listed.id };
          // Read together: between two reads it may move to another inbox.
          const { row, entries } = await world.rest('ann').call(getConversation, { params });
          const texts = entries.map((entry) => [entry.kind, 'body' in entry ? entry.body : '']);
          if (!match(entries)) throw new Error(JSON.stringify(texts));
          return { row, entries };
        },
        MAIL,
        100,
      ),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await provider[Symbol.asyncDispose]();
    },
  };
}

let written = 0;

/** A mail as a provider stores it. */
export function mailOf(mail: {
  readonly from?: string;
  readonly to: string;
  readonly subject: string;
  readonly id?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}): string {
  written += 1;
  const lines = {
    From: mail.from ?? `Cora Quist <${CORA}>`,
    To: mail.to,
    Subject: mail.subject,
    'Message-ID': `<${mail.id ?? `stored-${written}@quist.example`}>`,
    Date: 'Tue, 03 Mar 2026 09:15:00 +0100',
    ...mail.headers,
  };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${head.join('')}\r\n${mail.body ?? `Text of mail ${written}`}\r\n`;
}
