/** Holders that die for good, when all else is quiet: their locks are over in time, and everybody is told (I5). */

import { newId } from '../../../server/src/lib/ids.ts';
import { eventually } from '../../tools/eventually.ts';
import { monotonic } from '../../tools/history.ts';
import { connectWire, type WireClient } from '../../tools/wire-client.ts';
import { SHORT } from '../../tools/world.ts';
import { INBOXES, MORTALS, type Rig, T } from './rig.ts';

/** A conversation may still be offered to somebody, and a lock may be slow to come on a busy machine, ms. */
const PATIENCE = 15_000;
const EVERY = 150;

interface Mortal {
  readonly name: string;
  readonly agentId: string;
  readonly node: number;
  readonly wire: WireClient;
  /** From when on its connection was open. */
  readonly since: number;
}

async function born(rig: Rig, name: string, node: number): Promise<Mortal> {
  const wire = await connectWire({ url: rig.server(node).url, token: rig.tokens.get(name) ?? '', name });
  return { name, agentId: rig.seeded.agents[name]?.id ?? '', node, wire, since: monotonic() };
}

/** One try, written down as every operation is. */
async function acquire(
  rig: Rig,
  { name, agentId, node, wire }: Mortal,
  conversationId: string,
): Promise<number> {
  const start = {
    process: name,
    node: String(node),
    actor: { agentId, sessionId: wire.session.id },
    op: 'acquire' as const,
    args: { conversationId, requestId: newId('req') },
  };
  const { history } = rig.notebook;
  const result = await history.record(start, async () => {
    const { fence } = await wire.call('lock.acquire', start.args);
    return { fence };
  });
  return result.fence;
}

async function release(rig: Rig, heir: Mortal, conversationId: string, fence: number): Promise<void> {
  const { name, agentId, node, wire } = heir;
  const args = { conversationId, fence, reason: 'released' as const };
  const actor = { agentId, sessionId: wire.session.id };
  const start = { process: name, node: String(node), actor, op: 'release' as const, args };
  await rig.notebook.history.record(start, () => wire.call('lock.release', args));
}

/** Takes the lock, dies in the given way, and is followed by the heir; the wait is judged, not the rig's to bound. */
async function dieWith(
  rig: Rig,
  { mortal, heir, inbox }: { readonly mortal: Mortal; readonly heir: Mortal; readonly inbox: string },
  ttl: number,
  die: () => Promise<void> | void,
): Promise<void> {
  const { inboxId = '', conversations: [conversationId = ''] = [] } = rig.seeded.inboxes[inbox] ?? {};
  const take = (who: Mortal) => () => acquire(rig, who, conversationId).catch(() => undefined);
  const what = `${mortal.name} has a lock in ${inbox}`;
  const fence = await eventually(what, take(mortal), PATIENCE, EVERY);
  await die();
  const at = monotonic();
  const { agentId } = mortal;
  rig.notebook.lives.push({ agentId, from: mortal.since, to: at });
  rig.notebook.orphans.push({ conversationId, stream: `inbox:${inboxId}`, fence, agentId, at, ttl });
  const next = await eventually(`somebody follows ${mortal.name}`, take(heir), PATIENCE, EVERY);
  await release(rig, heir, conversationId, next);
}

/** One whose connection is cut and who never comes back, and one whose server is killed. Only while all is quiet. */
export async function letHoldersDie(rig: Rig): Promise<void> {
  const [cut, killed, next] = await Promise.all(MORTALS.map((name, node) => born(rig, name, node)));
  if (cut === undefined || killed === undefined || next === undefined) throw new Error('nobody was born');
  const [first, second] = INBOXES;
  try {
    await dieWith(rig, { mortal: cut, heir: next, inbox: first }, SHORT.reconnectGrace, () => cut.wire.cut());
    rig.expectExit(killed.node);
    await dieWith(rig, { mortal: killed, heir: next, inbox: second }, T, () =>
      rig.server(killed.node).kill9(),
    );
    await next.wire.call('session.close', { signOut: false });
  } finally {
    rig.notebook.lives.push({ agentId: next.agentId, from: next.since, to: monotonic() });
    for (const { wire } of [cut, killed, next]) wire.disconnect();
    if (!rig.server(killed.node).running) await rig.restart(killed.node);
  }
}
