import type { Capability } from '@latchbox/shared/model/agent';
import type { FakeLocks } from './locks.ts';
import type { World } from './world.ts';

/** What an agent may do in an inbox changes (null: nothing any more), and what ends by that: locks, places, offers, questions. */
export function changeMember(
  world: World,
  locks: FakeLocks,
  agentId: string,
  { inboxId, capability }: { inboxId: string; capability: Capability | null },
  hide: () => void,
): void {
  const agent = world.agents.get(agentId);
  if (agent === undefined) return;
  if (capability === null) agent.inboxes.delete(inboxId);
  else agent.inboxes.set(inboxId, capability);
  for (const conversation of world.conversations.values()) {
    if (conversation.inboxId !== inboxId || (capability !== null && capability !== 'read')) continue;
    if (capability === null && conversation.lock?.agentId === agentId) locks.end(conversation, 'access_lost');
    locks.line.revoked(agentId, conversation);
  }
  // How its locks ended is told before nothing of the inbox is told any more.
  if (capability === null) hide();
  const inbox = world.summary(agentId, inboxId);
  const own = `agent:${agentId}`;
  world.append(own, inbox ? { type: 'inbox.visible', inbox } : { type: 'inbox.hidden', inboxId });
  world.append(`inbox:${inboxId}`, { type: 'member.changed', person: world.person(agentId), capability });
}
