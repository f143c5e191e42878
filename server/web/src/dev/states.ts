import { createLatchbox, type LatchboxClient } from '@latchbox/client';
import type { FakeServer } from '@latchbox/client/testing';
import { COMPOSE_STATES } from './compose-states.ts';
import { ROSA } from './letters.ts';
import type { Stage } from './stage.ts';

const TEXT =
  'Good news: one is waiting for you in Oakland from Thursday 8:00, under your name. Please do bring the old element, our workshop would like to see the break.';
const ANSWER =
  'Thursday it is. No need to bring the old one, just recycle it. Ask for Ben at the Oakland counter, any time from 8.';

/** Presses the button with this name, as somebody would. */
function press(name: string): void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('button')];
  buttons.find((button) => button.textContent === name || button.ariaLabel === name)?.click();
}

const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)));

async function write({ server, client }: Stage): Promise<void> {
  client.conversation(ROSA).draft('reply').set(TEXT);
  client.conversation(ROSA).activity('reply');
  await server.advance(3_000);
}

/** Somebody in another browser, with Rosa's conversation open. */
async function opens(server: FakeServer, agentId: string): Promise<LatchboxClient> {
  const client = createLatchbox({
    url: 'fake://inbox',
    auth: async () => agentId,
    transport: server.transport,
    runtime: server.newRuntime({ device: 'Firefox on Windows' }),
  });
  const connected = client.connect();
  await server.flush();
  await connected;
  client.conversation(ROSA).open();
  await server.flush();
  return client;
}

/** What happens before Rosa's conversation is opened. */
export const BEFORE: Record<string, (server: FakeServer) => Promise<unknown> | void> = {
  async free(server) {
    await opens(server, 'ben');
    await opens(server, 'dana');
  },
  elsewhere: (server) => opens(server, 'ivo'),
  failed(server) {
    for (let times = 0; times < 9; times += 1) {
      server.refuse('conversation.list', 'internal', { ref: 'req_8f2c1a04' });
    }
  },
  empty(server) {
    for (const { id, inboxId, status } of server.world.conversations.values()) {
      if (inboxId === 'repairs' && status === 'open') server.colleague('ben').archives(id);
    }
  },
  theirs(server) {
    server.colleague('ana').takes(ROSA);
  },
  'theirs-asked'(server) {
    server.colleague('ana').takes(ROSA);
  },
  checking(server) {
    server.colleague('ana').takes(ROSA);
    server.colleague('ben').takes('tomasz');
  },
  waiting(server) {
    server.colleague('ana').takes(ROSA);
  },
  'i-asked': (server) => void server.colleague('ana').takes(ROSA),
  'ask-form': (server) => void server.colleague('ana').takes(ROSA),
  turn: (server) => void server.colleague('ana').takes(ROSA),
  reserved: (server) => void server.colleague('ana').takes(ROSA),
  'handed-to-me': (server) => void server.colleague('ana').takes(ROSA),
  'taken-over': (server) => server.setTakeOverBy('repairs', 'members'),
  'passed-elsewhere': (server) => void server.colleague('ana').takes('tomasz'),
};

/** Commands that the server takes and does not answer, in the state of that name; its time stands still. */
export const UNANSWERED: Record<string, readonly string[]> = {
  loading: ['conversation.list', 'conversation.open'],
};

/** What happens, once Rosa's conversation is open, until it is in the state of that name. */
export const STATES: Record<string, (stage: Stage) => Promise<void> | void> = {
  ...COMPOSE_STATES,
  free: () => {},
  mine: write,
  async theirs({ server }) {
    await server.advance(130_000);
    server.colleague('ana').types(ROSA);
    server.colleague('ben').types('tomasz');
    await server.advance(1_000);
  },
  async 'theirs-asked'({ server }) {
    await server.advance(200_000);
  },
  async asked(stage) {
    await write(stage);
    await stage.server.advance(195_000);
  },
  async lost(stage) {
    await write(stage);
    await stage.server.advance(250_000);
  },
  async taken(stage) {
    await write(stage);
    stage.server.endLock(ROSA, 'taken_over');
    stage.server.colleague('dana').takes(ROSA);
    await stage.server.advance(8_000);
  },
  async waiting({ server, client }) {
    server.colleague('ben').joins(ROSA);
    client.conversation(ROSA).lock.join();
    await server.advance(130_000);
  },
  async 'i-asked'({ server, client }) {
    client
      .conversation(ROSA)
      .lock.ask('The customer is on the phone')
      .catch(() => {});
    await server.advance(8_000);
  },
  async 'ask-form'({ server }) {
    await server.advance(130_000);
    press('Ask for it');
    await painted();
  },
  async turn({ server, client }) {
    client.conversation(ROSA).lock.join();
    await server.advance(60_000);
    server.colleague('ana').releases(ROSA);
    await server.advance(4_000);
  },
  async reserved({ server }) {
    await opens(server, 'ben');
    server.colleague('ben').joins(ROSA);
    await server.advance(60_000);
    server.colleague('ana').releases(ROSA);
    await server.advance(2_000);
  },
  async 'handed-to-me'({ server, client }) {
    // Who holds another conversation would lose it by this one: so it is an offer.
    await Promise.all([client.conversation('tomasz').lock.acquire(), server.flush()]);
    const me = client.me.getSnapshot()?.id ?? '';
    server.colleague('ana').handsOver(ROSA, me, 'Off to lunch, she waits for a date');
    await server.advance(6_000);
  },
  async 'asked-for'(stage) {
    await write(stage);
    await painted();
    stage.server.colleague('ben').asks(ROSA, 'I spoke to her this morning');
    await stage.server.advance(12_000);
  },
  async 'handing-over'(stage) {
    await write(stage);
    const { lock } = stage.client.conversation(ROSA);
    const state = lock.getSnapshot();
    if (state.status === 'mine') void state.lock.handOver('dana', 'For tomorrow');
    await stage.server.advance(6_000);
  },
  async 'hand-form'(stage) {
    await opens(stage.server, 'ben');
    await write(stage);
    press('Hand over');
    await painted();
    await painted();
  },
  async 'taken-over'(stage) {
    await write(stage);
    stage.server.colleague('ana').takesOver(ROSA, 'She is on the phone with me');
    await stage.server.advance(8_000);
  },
  async 'passed-elsewhere'({ server, client }) {
    const me = client.me.getSnapshot()?.id ?? '';
    server.colleague('ana').handsOver('tomasz', me, 'He asked for you');
    await server.advance(1_000);
    await painted();
  },
  async 'moved-on'(stage) {
    await write(stage);
    const { entries } = stage.server.world.conversations.get(ROSA) ?? { entries: [] };
    stage.client.conversation(ROSA).reply({ body: TEXT });
    stage.server.colleague('ben').notes(ROSA, 'Wait, the shelf in Oakland is empty after all.');
    await stage.server.advance(entries.length > 0 ? 5_000 : 0);
  },
  async fenced(stage) {
    await write(stage);
    stage.server.endLock(ROSA, 'expired');
    stage.server.colleague('ana').answers(ROSA, ANSWER);
    stage.client.conversation(ROSA).reply({ body: TEXT });
    await stage.server.advance(5_000);
  },
  async 'not-sent'(stage) {
    await write(stage);
    stage.server.refuse('reply.send', 'not_connected', {});
    stage.client.conversation(ROSA).reply({ body: TEXT });
    await stage.server.advance(1_000);
  },
  async sent(stage) {
    await write(stage);
    stage.client.conversation(ROSA).reply({ body: TEXT });
    await stage.server.advance(1_000);
  },
  async reconnecting(stage) {
    await write(stage);
    stage.server.down();
    await stage.server.advance(6_000);
  },
  async checking({ server }) {
    server.down();
    await server.advance(6_000);
  },
  async elsewhere({ server }) {
    await server.advance(60_000);
  },
  async html({ server }) {
    await server.advance(1_000);
  },
  async undelivered({ server }) {
    const { entries } = server.world.conversations.get(ROSA) ?? { entries: [] };
    for (const { kind, position, at } of entries) {
      if (kind !== 'reply') continue;
      server.setDelivery(ROSA, position, { state: 'failed', at, reason: '550 5.1.1 No such mailbox here' });
    }
    await server.advance(1_000);
  },
  async 'each-recipient'({ server }) {
    const rosa = server.world.conversations.get(ROSA);
    const place = rosa?.entries.findIndex(({ kind }) => kind === 'reply') ?? -1;
    const entry = rosa?.entries[place];
    if (rosa === undefined || entry?.kind !== 'reply') return;
    const { at } = entry;
    const named = (name: string) => ({ name, address: `${name.toLowerCase()}@achterberg.example` });
    const mail = {
      from: named('Repairs'),
      to: [named('Rosa')],
      cc: [named('Studio'), named('Office')],
      subject: 'Re: Cracked element',
    };
    rosa.entries[place] = { ...entry, mail };
    const reason = '550 5.1.1 No such mailbox here';
    server.setDelivery(ROSA, place + 1, {
      state: 'failed',
      at,
      reason,
      recipients: [
        { address: 'rosa@achterberg.example', kind: 'to', state: 'delivered', at },
        {
          address: 'studio@achterberg.example',
          kind: 'cc',
          state: 'delayed',
          at,
          reason: '451 4.7.1 Try again later',
        },
        { address: 'office@achterberg.example', kind: 'cc', state: 'failed', at, reason },
      ],
    });
    await server.advance(1_000);
  },
  async held({ server }) {
    const { entries } = server.world.conversations.get(ROSA) ?? { entries: [] };
    for (const { kind, position } of entries) {
      if (kind === 'reply') server.setDelivery(ROSA, position, { state: 'held' });
    }
    // The first decision not to send fails.
    server.refuse('reply.drop', 'internal', { ref: 'req_8f2c1a04' });
    await server.advance(1_000);
  },
  async snoozed({ server, client }) {
    void client.conversation(ROSA).snooze(server.now() + 22 * 3_600_000);
    await server.advance(1_000);
  },
  async offline(stage) {
    await write(stage);
    stage.server.down();
    await stage.server.advance(6_000);
    await painted();
    await stage.server.advance(70_000);
  },
  async news({ server }) {
    // Somebody reads what was said before.
    document.querySelector('.messages')?.scrollTo({ top: 0 });
    await painted();
    server.customerWrites(ROSA, 'One more thing: is there parking at the counter?');
    await server.advance(1_000);
  },
};
