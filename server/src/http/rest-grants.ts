import { createHmac } from 'node:crypto';
import { refuse } from '@latchbox/shared';
import type { HttpResponse } from '@latchbox/shared/http/index';
import { authorize } from '../database/authorize.ts';
import type { VerifiedToken } from '../directory/api.ts';
import { hashSecret } from '../lib/ids.ts';
import type { HttpDeps } from './deps.ts';

export interface RestAcquire {
  readonly conversationId: string;
  readonly requestId: string;
  readonly device: string;
}
type Granted = HttpResponse<'acquireLock'>;

/**
 * Locks that are taken over REST. Each lives in a session of its own, whose id and key are made from the request id: the same
 * request finds it again on every server, so that a client whose answer was lost gets the same fence and key.
 */
export function createRestGrants(deps: Pick<HttpDeps, 'db' | 'sessions' | 'locks' | 'secret'>) {
  const { sessions, locks, secret } = deps;

  function sessionOf(agentId: string, input: RestAcquire): { id: string; key: string } {
    const made = (what: string) =>
      createHmac('sha256', secret)
        .update(JSON.stringify([what, agentId, input.conversationId, input.requestId]))
        .digest('base64url');
    return { id: `ses_${made('rest session').slice(0, 22)}`, key: made('rest session key') };
  }

  return {
    /** Takes the lock, moves it here from where the same agent has it, or takes it over. */
    async begin(
      { agent, signInId }: VerifiedToken,
      how: 'acquire' | 'move' | 'takeOver',
      input: RestAcquire & { readonly note?: string },
    ): Promise<Granted> {
      const { conversationId } = input;
      await authorize(deps.db.read, agent.id, 'reply', { conversationId });
      // A system actor writes under its own name and never holds a lock.
      if (agent.kind !== 'person') throw refuse('forbidden');
      const session = sessionOf(agent.id, input);
      const { holder } = await sessions.start({
        agentId: agent.id,
        agentName: agent.name,
        signInId,
        device: input.device,
        kind: 'rest',
        given: session,
      });
      // Request ids are unique within a conversation; two agents who both count from one must not meet there.
      const requestId = hashSecret(`${agent.id} ${input.requestId}`);
      const { fence, lock } = await locks[how](holder, { conversationId, requestId, note: input.note ?? '' });
      const { renewBefore } = await locks.renew(holder, { conversationId, fence });
      return { fence, lock, session, renewBefore };
    },
  };
}
