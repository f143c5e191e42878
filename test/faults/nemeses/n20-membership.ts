import { putMember, removeMember } from '@latchbox/shared/http/inboxes';
import { monotonic } from '../../tools/history.ts';
import { surely } from '../rig/administer.ts';
import { GROUPS, INBOXES, type Rig } from '../rig/rig.ts';
import type { Random } from '../random.ts';
import { between, hold, type Nemesis, ofRun } from './nemesis.ts';

interface Victim {
  readonly agentId: string;
  readonly inboxId: string;
}

/** Often somebody who holds a lock at this moment, else anybody. */
function victim(rig: Rig, random: Random): Victim {
  if (random.next() < 0.5) {
    const holders =
      rig.rows<Victim>(`SELECT lock_epochs.agent_id AS agentId, inbox_id AS inboxId FROM lock_epochs
      JOIN conversations ON conversations.id = conversation_id WHERE ended_at IS NULL ORDER BY conversation_id`);
    const holder = holders[random.below(holders.length)];
    if (holder !== undefined) return holder;
  }
  const names = [...new Set(GROUPS.flat())];
  const name = names[random.below(names.length)] ?? '';
  return {
    agentId: rig.seeded.agents[name]?.id ?? '',
    inboxId: rig.seeded.inboxes[random.pick(INBOXES)]?.inboxId ?? '',
  };
}

async function give(rig: Rig, { agentId, inboxId }: Victim): Promise<void> {
  // From the moment on at which it was asked for, whatever came of the first tries.
  rig.notebook.memberships.push({ agentId, inboxId, from: monotonic(), to: null });
  await surely(rig, { action: 'inbox.member_put', objectId: inboxId }, (rest) =>
    rest.call(putMember, { params: { inbox: inboxId, agent: agentId }, body: { capability: 'reply' } }),
  );
}

/** Who is not as they were. */
const changed = ofRun(() => new Set<Victim>());

/** Somebody is taken out of an inbox in the middle of everything, or may only read there, and comes back. */
export const membership: Nemesis = {
  name: 'N20',
  what: 'a membership is revoked or lowered, and given back',
  lane: 'people',
  weight: 4,
  async run(rig, random, signal) {
    const who = victim(rig, random);
    const { agentId, inboxId } = who;
    const params = { inbox: inboxId, agent: agentId };
    changed(rig).add(who);
    const lowered = random.next() < 0.3;
    if (lowered)
      await surely(rig, { action: 'inbox.member_put', objectId: inboxId }, (rest) =>
        rest.call(putMember, { params, body: { capability: 'read' } }),
      );
    else {
      const deed = { action: 'inbox.member_removed', objectId: inboxId, doneAlready: ['not_found'] };
      await surely(rig, deed, (rest) => rest.call(removeMember, { params }));
      const at = monotonic();
      for (const row of rig.notebook.memberships)
        if (row.agentId === agentId && row.inboxId === inboxId && row.to === null) row.to = at;
    }
    await hold(between(random, 500, 4_000), signal);
    await give(rig, who);
    changed(rig).delete(who);
    return lowered ? 'lowered to read' : 'removed';
  },
  async heal(rig) {
    for (const who of changed(rig)) await give(rig, who);
    changed(rig).clear();
  },
};
