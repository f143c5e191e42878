/** What the tests of texts share: a server with the carrier in a box, numbers, and customers with phones. */
import { randomUUID } from 'node:crypto';
import type { ConversationRow, Entry } from '@latchbox/shared';
import {
  carrierDelivery,
  carrierSettings,
  carrierText,
  carrierVerdict,
  getCarrier,
} from '@latchbox/shared/http/carrier';
import type { CampaignFields } from '@latchbox/shared/http/campaigns';
import { getConversation, listConversations } from '@latchbox/shared/http/conversations';
import type { HttpResponse } from '@latchbox/shared/http/index';
import { buyNumber, type PhoneNumber } from '@latchbox/shared/http/numbers';
import { sendReply } from '@latchbox/shared/http/replies';
import { eventually } from '../tools/eventually.ts';
import { SHORT, startWorld, type World } from '../tools/world.ts';

type Text = HttpResponse<'getCarrier'>['texts'][number];

export interface TextingWorld extends AsyncDisposable {
  readonly world: World;
  /** Mia, who administers all of it. */
  readonly admin: ReturnType<World['rest']>;
  /** Ana, who replies in both inboxes. */
  readonly ana: ReturnType<World['rest']>;
  buy(inbox: string, number: string): Promise<PhoneNumber>;
  /** A customer's phone texts in. */
  text(from: string, to: string, body: string, picture?: boolean): Promise<string>;
  /** The conversation of a customer's number with ours, once it holds that many messages of the customer. */
  thread(phone: string, number: PhoneNumber, messages: number): Promise<Thread>;
  reply(conversation: string, body: string, attachments?: string[]): Promise<number>;
  carrier(): Promise<HttpResponse<'getCarrier'>>;
  /** What went to a phone, or came from it. */
  texts(phone: string): Promise<Text[]>;
  settings(settings: Partial<HttpResponse<'getCarrier'>['settings']>): Promise<void>;
  settle(sid: string, outcome: 'delivered' | 'undelivered'): Promise<void>;
  decide(sid: string, reason: string | null): Promise<void>;
  /** How far a reply is, once it is as far as that. */
  delivery(conversation: string, position: number, state: string): Promise<Delivery>;
}

type Delivery = Extract<Entry, { kind: 'reply' }>['delivery'];

export interface Thread {
  readonly row: ConversationRow;
  readonly entries: readonly Entry[];
}

/** What carriers accept. */
export const FIELDS: CampaignFields = {
  customerProfile: `BU${'1'.repeat(32)}`,
  a2pProfile: `BU${'2'.repeat(32)}`,
  brandType: 'STANDARD',
  useCase: 'CUSTOMER_CARE',
  description: 'A stationery shop answers the questions of customers who text it about their orders.',
  samples: ['Your notebook is ready to be collected.', 'We are open until six o’clock today.'],
  messageFlow: 'Customers text first. The number stands on our receipts with "Text us, STOP ends it".',
  hasLinks: false,
  hasPhoneNumbers: false,
};

export async function startTextingWorld(): Promise<TextingWorld> {
  const inbox = { times: SHORT, conversations: 0 };
  const world = await startWorld({
    env: { SMTP_PORT: '0' },
    seed: {
      inboxes: { orders: inbox, front: inbox },
      agents: { ana: {}, mia: { role: 'admin', capability: 'manage' }, rita: { capability: 'read' } },
    },
  });
  const [admin, ana] = [world.rest('mia'), world.rest('ana')];

  async function conversationOf(phone: string, number: PhoneNumber): Promise<Thread | undefined> {
    const { rows } = await ana.call(listConversations, { query: { limit: 100 } });
    const row = rows.find(
      ({ contact, subject }) => contact.address === phone && subject.endsWith(number.shown),
    );
    if (row === undefined) return undefined;
    const { entries } = await ana.call(getConversation, { params: { conversation: row.id } });
    return { row, entries };
  }
  const carrier = () => admin.call(getCarrier, {});

  return {
    world,
    admin,
    ana,
    buy: (name, number) =>
      admin.call(buyNumber, {
        params: { inbox: world.seeded.inboxes[name]?.inboxId ?? '' },
        body: { number },
      }),
    text: async (from, to, body, picture = false) =>
      (await admin.call(carrierText, { body: { from, to, body, picture } })).sid,
    thread: (phone, number, messages) =>
      eventually(`${messages} texts of ${phone} are filed`, async () => {
        const thread = await conversationOf(phone, number);
        return thread?.entries.filter(({ kind }) => kind === 'message').length === messages
          ? thread
          : undefined;
      }),
    reply: async (conversation, body, attachments = []) => {
      const given = { clientId: randomUUID(), body, ...(attachments.length === 0 ? {} : { attachments }) };
      const { entry } = await ana.call(sendReply, { params: { conversation }, body: given });
      return entry.position;
    },
    carrier,
    texts: async (phone) => (await carrier()).texts.filter((text) => text.phone === phone),
    settings: async (settings) => {
      const body = { ...(await carrier()).settings, ...settings };
      await admin.call(carrierSettings, { body });
    },
    settle: async (sid, outcome) =>
      void (await admin.call(carrierDelivery, { params: { sid }, body: { outcome } })),
    decide: async (sid, reason) =>
      void (await admin.call(carrierVerdict, { params: { sid }, body: { reason } })),
    delivery: (conversation, position, state) =>
      eventually(`reply ${position} is ${state}`, async () => {
        const { entries } = await ana.call(getConversation, { params: { conversation } });
        const entry = entries.find((one) => one.position === position);
        return entry?.kind === 'reply' && entry.delivery.state === state ? entry.delivery : undefined;
      }),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}
