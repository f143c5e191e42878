import { LatchboxError, refuse } from '@latchbox/shared';
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
type Session = Granted['session'];

/** What became of a request id on this server. */
interface Request {
  readonly session: Promise<Session>;
  readonly until: number;
  granted: boolean;
  /** A call that is under way; the same one again waits for its answer. */
  running: Promise<Granted> | undefined;
}

/** How long a request id is remembered, in ms: longer than any client goes on trying. */
const REMEMBERED = 10 * 60_000;
const MOST_REMEMBERED = 10_000;

/**
 * Locks that are taken over REST. Each lives in a session of its own, which the same request id finds again, so that a client
 * whose answer was lost gets the same fence and key. Sessions are remembered by the server that made them.
 */
export function createRestGrants(deps: Pick<HttpDeps, 'db' | 'sessions' | 'locks' | 'clock'>) {
  const { sessions, locks, clock } = deps;
  const requests = new Map<string, Request>();

  function requestOf(key: string, start: () => Promise<Session>): Request {
    const now = clock.monotonic();
    for (const [old, { until }] of requests) {
      // In the order of their making: the first that is still fresh ends the search.
      if (until > now && requests.size < MOST_REMEMBERED) break;
      requests.delete(old);
    }
    let request = requests.get(key);
    if (request === undefined) {
      request = { session: start(), until: now + REMEMBERED, granted: false, running: undefined };
      requests.set(key, request);
    }
    return request;
  }

  async function take(request: Request, agentId: string, input: RestAcquire): Promise<Granted> {
    const { conversationId } = input;
    // Request ids are unique within a conversation; two agents who both count from one must not meet there.
    const requestId = hashSecret(`${agentId} ${input.requestId}`);
    const session = await request.session;
    const holder = await sessions.find(session.id, session.key, agentId);
    // Given back or signed out since: the request id has had its lock.
    if (holder === undefined) throw new LatchboxError('conflict', {});
    try {
      const { fence, lock } = await locks.acquire(holder, { conversationId, requestId });
      const { renewBefore } = await locks.renew(holder, { conversationId, fence });
      request.granted = true;
      return { fence, lock, session, renewBefore };
    } catch (error) {
      // A session that never had the lock leaves no trace, and a later try starts afresh.
      if (!request.granted) await sessions.close(holder, 'left');
      throw error;
    }
  }

  return {
    async acquire(verified: VerifiedToken, input: RestAcquire): Promise<Granted> {
      const { agent, signInId } = verified;
      await authorize(deps.db.read, agent.id, 'reply', { conversationId: input.conversationId });
      // A system actor writes under its own name and never holds a lock.
      if (agent.kind !== 'person') throw refuse('forbidden');
      const key = `${agent.id} ${input.conversationId} ${input.requestId}`;
      const request = requestOf(key, async () => {
        const start = {
          agentId: agent.id,
          agentName: agent.name,
          signInId,
          device: input.device,
          kind: 'rest',
        } as const;
        const started = await sessions.start(start);
        return { id: started.holder.sessionId, key: started.key };
      });
      request.running ??= take(request, agent.id, input).finally(() => {
        request.running = undefined;
        if (!request.granted) requests.delete(key);
      });
      return await request.running;
    },
  };
}
