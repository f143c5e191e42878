/** What ends a session or takes an inbox away is true on every server within a second (I24, I26). */

import { createAgent, changeAgent } from '@latchbox/shared/http/agents';
import { putMember, removeMember } from '@latchbox/shared/http/inboxes';
import { resetPassword } from '@latchbox/shared/http/security';
import { signIn, signOut } from '@latchbox/shared/http/sign-in';
import { addToTeam } from '@latchbox/shared/http/teams';
import { sendPasswordReset } from '@latchbox/shared/http/users';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { restClient, signInOver } from '../tools/rest-client.ts';
import { staysTrue } from '../tools/scenario.ts';
import { SHORT, SLACK, startWorld, type World } from '../tools/world.ts';
import { connectWire, type WireClient } from '../tools/wire-client.ts';

const SERVERS = [0, 1, 2];
/** Within this time it is true everywhere, ms. */
const EVERYWHERE = 1_000;
const PASSWORD = 'a pass phrase of some length';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    servers: SERVERS.length,
    seed: {
      inboxes: { orders: { lockOn: 'open', times: SHORT, conversations: 6 } },
      agents: { ann: {}, ben: {}, mia: { role: 'admin', capability: 'manage', password: PASSWORD } },
    },
  });
});
afterAll(() => world[Symbol.asyncDispose]());

const anyone = (number: number) => restClient(world.server(number).url, null);

interface SignedIn {
  readonly id: string;
  readonly token: string;
  /** The refresh cookie, as a browser sends it. */
  readonly cookie: string;
}

/** A new member, signed in with a password on one server. */
async function newAgent(name: string): Promise<SignedIn> {
  const admin = world.rest('mia');
  const { teamId, inboxId } = world.seeded.inboxes['orders']!;
  const email = `${name}@shop.example`;
  const body = { name, email, role: 'agent', password: PASSWORD } as const;
  const { id } = await admin.call(createAgent, { body });
  await admin.call(addToTeam, { params: { team: teamId, agent: id } });
  await admin.call(putMember, { params: { inbox: inboxId, agent: id }, body: { capability: 'reply' } });
  const answer = await fetch(world.server(0).url + signIn.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  const { token } = (await answer.json()) as { token: string };
  return {
    id,
    token,
    cookie: answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; '),
  };
}

/** One socket on each server, subscribed to the inbox. */
async function everywhere(token: string, name: string): Promise<WireClient[]> {
  return await Promise.all(
    SERVERS.map(async (number) => {
      const wire = await connectWire({ url: world.server(number).url, token, name: `${name}@${number}` });
      await wire.subscribe(world.stream('orders'));
      return wire;
    }),
  );
}

const allGone = (wires: readonly WireClient[]): Promise<true> =>
  eventually('every socket is closed', () => wires.every(({ connected }) => !connected), EVERYWHERE + SLACK);

const openLocks = (agentId: string): unknown[] =>
  world.rows('SELECT 1 FROM lock_epochs WHERE agent_id = ? AND ended_at IS NULL', agentId);

async function refusedEverywhere(token: string): Promise<void> {
  for (const number of SERVERS) {
    const { url } = world.server(number);
    const answer = await fetch(`${url}/api/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status, `server ${number}`).toBe(401);
    await expect(connectWire({ url, token, name: 'again' })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  }
}

test('who signs out on one server has no socket and no lock on any', async () => {
  const nell = await newAgent('nell');
  const wires = await everywhere(nell.token, 'nell');
  const conversationId = world.conversation('orders', 0);
  await wires[2]!.call('lock.acquire', { conversationId, requestId: crypto.randomUUID() });
  const answer = await fetch(world.server(1).url + signOut.path, {
    method: 'POST',
    headers: { cookie: nell.cookie, 'content-type': 'application/json', origin: world.server(1).url },
    body: '{}',
  });
  expect(answer.status).toBe(204);
  await allGone(wires);
  expect(openLocks(nell.id)).toEqual([]);
  await refusedEverywhere(nell.token);
});

test('who is deactivated on one server has no socket and no lock on any', async () => {
  const otto = await newAgent('otto');
  const wires = await everywhere(otto.token, 'otto');
  const conversationId = world.conversation('orders', 1);
  await wires[0]!.call('lock.acquire', { conversationId, requestId: crypto.randomUUID() });
  await world
    .rest('mia', 2)
    .call(changeAgent, { params: { agent: otto.id }, body: { state: 'deactivated' } });
  await allGone(wires);
  expect(openLocks(otto.id)).toEqual([]);
  await refusedEverywhere(otto.token);
});

test('whose password is set anew is signed out everywhere', async () => {
  const pia = await newAgent('pia');
  const wires = await everywhere(pia.token, 'pia');
  const body = { password: `${PASSWORD}, another` };
  const email = 'pia@shop.example';
  const mia = { email: world.seeded.agents['mia']!.email, password: PASSWORD };
  const admin = restClient(world.server(1).url, (await signInOver(anyone(1), mia)).token);
  const { link } = await admin.call(sendPasswordReset, { params: { user: pia.id }, body: { byHand: true } });
  await anyone(1).call(resetPassword, { body: { token: link!.split('#')[1]!, ...body } });
  await allGone(wires);
  await refusedEverywhere(pia.token);
  const again = signInOver(anyone(2), { email, ...body });
  expect((await again).token).toEqual(expect.any(String));
});

test('who is no member any more is told nothing on any server, and has no lock there', async () => {
  const ben = await world.connect('ben', { server: 1 });
  const quin = await newAgent('quin');
  const wires = await everywhere(quin.token, 'quin');
  const conversationId = world.conversation('orders', 2);
  await wires[1]!.call('lock.acquire', { conversationId, requestId: crypto.randomUUID() });
  const params = { inbox: world.seeded.inboxes['orders']!.inboxId, agent: quin.id };
  await world.rest('mia', 0).call(removeMember, { params });
  expect(openLocks(quin.id)).toEqual([]);
  await staysTrue('a second passes', () => ben.wire.connected, EVERYWHERE);
  await ben.note(conversationId, 'Not for everybody');
  await staysTrue(
    'nobody tells it',
    () => !wires.some(({ items }) => JSON.stringify(items).includes('Not for everybody')),
    EVERYWHERE,
  );
  // The sockets are their agent's still: only the inbox is gone.
  expect(wires.map(({ connected }) => connected)).toEqual([true, true, true]);
  for (const wire of wires) {
    const subscribed = wire.subscribe(world.stream('orders'));
    await expect(subscribed).rejects.toMatchObject({ code: 'not_found' });
    await wire[Symbol.asyncDispose]();
  }
});
