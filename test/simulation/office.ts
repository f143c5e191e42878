/** The people and conversations of every simulation: made once by the product itself, and brought back for each run. */
import { createServices, type Services } from '@latchbox/server/src/services.ts';
import { deploymentIdentity, type DeploymentIdentity } from '@latchbox/server/src/database/meta.ts';
import { silentLog } from '@latchbox/server/src/lib/log.ts';
import { seededRandom } from '@latchbox/client/testing';
import { governChance } from './chance.ts';
import { Coordination } from './coordination.ts';
import { CONFIG } from './server.ts';
import { Store } from './store.ts';
import { SimTime } from './time.ts';

export const TIMES = {
  lockTtl: 9_000,
  reconnectGrace: 6_000,
  idleAfter: 6_000,
  idleGrace: 3_000,
  askGrace: 2_500,
  offerTime: 2_000,
  handOverTime: 3_500,
};
export const CONVERSATIONS = ['first', 'second', 'third', 'priced'] as const;
export type ConversationName = (typeof CONVERSATIONS)[number];
export const AGENTS = ['Ana', 'Ben', 'Cleo', 'Dora'] as const;
export type AgentName = (typeof AGENTS)[number];
export const INBOXES = ['Support', 'Sales'] as const;
export type InboxName = (typeof INBOXES)[number];

const PASSWORD = 'a long enough phrase';
const CALLER = { ip: '127.0.0.1', userAgent: 'simulated' };

/** Where everything of a run takes place. */
export interface Office {
  readonly store: Store;
  readonly identity: DeploymentIdentity;
  readonly adminId: string;
  readonly agents: Readonly<Record<AgentName, { readonly id: string; readonly token: string }>>;
  readonly inboxes: Readonly<Record<InboxName, string>>;
  readonly conversations: Readonly<
    Record<ConversationName, { readonly id: string; readonly inbox: InboxName }>
  >;
  close(): Promise<void>;
}

/** Makes it. Takes a second: passwords are hashed. */
export async function openOffice(): Promise<Office> {
  const store = await Store.open();
  const giveBack = governChance(seededRandom(1));
  try {
    return await furnish(store);
  } finally {
    giveBack();
  }
}

async function furnish(store: Store): Promise<Office> {
  const time = new SimTime();
  const node = time.node('furnishing');
  store.setTime(node);
  const { db } = store;
  const identity = await deploymentIdentity(db);
  const coordination = new Coordination({ time, random: () => 0, delay: () => 0 });
  const services = createServices({
    config: CONFIG,
    db,
    identity,
    cluster: coordination.seat(node, silentLog),
    clock: node,
    log: silentLog,
    serverId: 'srv_furnishing',
  });
  const people = await hire(services);
  const conversations = await writeLetters(services, people.inboxes);
  await services.gateway.close();
  store.keep();
  return { store, identity, ...people, conversations, close: () => store.close() };
}

async function hire({ directory }: Services): Promise<Pick<Office, 'adminId' | 'agents' | 'inboxes'>> {
  const { adminId, teamId } = await directory.found({
    organisation: 'A shop',
    admin: { name: 'Ada Min', email: 'ada@shop.example', password: PASSWORD },
  });
  const admin = { agentId: adminId };
  const agents = await each(AGENTS, async (name) => {
    const email = `${name.toLowerCase()}@shop.example`;
    const account = { kind: 'person', name, email, password: PASSWORD, teamIds: [teamId] } as const;
    const { id } = await directory.createAgent(admin, account);
    const { token } = await directory.signIn({ email, password: PASSWORD }, CALLER);
    return { id, token };
  });
  const inboxes = await each(INBOXES, async (name) => {
    const lockOn = name === 'Support' ? 'open' : 'compose';
    const rules = { lockOn, times: TIMES, takeOverBy: 'members' } as const;
    const { id } = await directory.createInbox(admin, { name, teamId, ...rules });
    for (const agent of Object.values(agents))
      await directory.putMember(admin, id, agent.id, { capability: 'reply' });
    return id;
  });
  return { adminId, agents, inboxes };
}

async function writeLetters(
  { messaging }: Services,
  inboxes: Office['inboxes'],
): Promise<Office['conversations']> {
  return await each(CONVERSATIONS, async (name) => {
    const inbox = name === 'priced' ? 'Sales' : 'Support';
    const { conversationId } = await messaging.receive({
      channel: 'simulator',
      providerId: `the ${name} letter`,
      subject: `The ${name} one`,
      conversationId: null,
      inboxId: inboxes[inbox],
      from: customer(name),
      body: 'Where is my order?',
    });
    return { id: conversationId, inbox };
  });
}

/** Who writes in a conversation. */
export const customer = (name: ConversationName) => ({ name: 'Otto', address: `otto.${name}@home.example` });

async function each<N extends string, T>(
  names: readonly N[],
  make: (name: N) => Promise<T>,
): Promise<Record<N, T>> {
  const made: [N, T][] = [];
  for (const name of names) made.push([name, await make(name)]);
  return Object.fromEntries(made) as Record<N, T>;
}
