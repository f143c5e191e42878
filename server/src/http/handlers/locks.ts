import { type LockPeriod, refuse } from '@latchbox/shared';
import type { Holder } from '../../collaboration/holder.ts';
import { authorize } from '../../database/authorize.ts';
import type { VerifiedToken } from '../../directory/api.ts';
import { type Call, type Handlers, RawAnswer } from '../call.ts';
import { toCsv } from '../csv.ts';
import type { HttpDeps } from '../deps.ts';
import { createRestGrants, type RestAcquire } from '../rest-grants.ts';

/** The session of a REST lock holder; undefined when it is not this agent's, its key is wrong, or it is over. */
export async function holderOf(
  { sessions }: Pick<HttpDeps, 'sessions'>,
  call: { readonly verified: VerifiedToken },
  session: { readonly id: string; readonly key: string },
): Promise<Holder | undefined> {
  const holder = await sessions.find(session.id, session.key, call.verified.agent.id);
  // A socket's session is renewed by its connection alone: its key is no way around that.
  return holder?.kind === 'rest' ? holder : undefined;
}

const grantOf = ({
  params,
  body,
}: Pick<Call<'acquireLock' | 'takeOverLock'>, 'params' | 'body'>): RestAcquire => ({
  conversationId: params.conversation,
  requestId: body.requestId,
  device: body.device ?? 'REST',
});

export function lockHandlers(
  deps: HttpDeps,
): Pick<
  Handlers,
  'acquireLock' | 'moveLock' | 'takeOverLock' | 'handOverLock' | 'renewLock' | 'releaseLock' | 'lockHistory'
> {
  const { db, locks, sessions } = deps;
  const grants = createRestGrants(deps);
  return {
    acquireLock: (call) => grants.begin(call.verified, 'acquire', grantOf(call)),

    moveLock: (call) => grants.begin(call.verified, 'move', grantOf(call)),

    takeOverLock: (call) =>
      grants.begin(call.verified, 'takeOver', { ...grantOf(call), note: call.body.note ?? '' }),

    async handOverLock(call) {
      const conversationId = call.params.conversation;
      await authorize(db.read, call.verified.agent.id, 'read', { conversationId });
      const holder = await holderOf(deps, call, call.body.session);
      if (holder === undefined) throw refuse('lock_required');
      const { fence, to, note = '' } = call.body;
      const done = await locks.handOver(holder, { conversationId, fence, to, note });
      // A session over REST lives for one lock.
      if (done.state === 'passed') await sessions.close(holder, 'left');
      return done;
    },

    async renewLock(call) {
      const conversationId = call.params.conversation;
      await authorize(db.read, call.verified.agent.id, 'read', { conversationId });
      const holder = await holderOf(deps, call, call.body.session);
      if (holder === undefined) throw refuse('lock_required');
      return await locks.renew(holder, { conversationId, fence: call.body.fence });
    },

    async releaseLock(call) {
      const conversationId = call.params.conversation;
      await authorize(db.read, call.verified.agent.id, 'read', { conversationId });
      const holder = await holderOf(deps, call, call.body.session);
      if (holder === undefined) return { held: false };
      const released = await locks.release(holder, {
        conversationId,
        fence: call.body.fence,
        reason: 'released',
      });
      // A session over REST lives for one lock; a wrong fence ends neither.
      if (released.held) await sessions.close(holder, 'left');
      return released;
    },

    async lockHistory({ verified, params, query }) {
      const conversationId = params.conversation;
      await authorize(db.read, verified.agent.id, 'read', { conversationId });
      if (query.format !== 'csv') {
        return await locks.history(conversationId, {
          before: query.before ?? null,
          limit: query.limit ?? 100,
        });
      }
      return new RawAnswer({
        type: 'text/csv; charset=utf-8',
        body: historyCsv(await wholeHistory(deps, conversationId)),
        headers: { 'content-disposition': `attachment; filename="lock-history-${conversationId}.csv"` },
      });
    },
  };
}

const EXPORT_PAGE = 500;
const EXPORT_MOST = 20_000;

async function wholeHistory({ locks }: HttpDeps, conversationId: string): Promise<LockPeriod[]> {
  const periods: LockPeriod[] = [];
  for (let before: number | null = null; periods.length < EXPORT_MOST; ) {
    const page = await locks.history(conversationId, { before, limit: EXPORT_PAGE });
    periods.push(...page.periods);
    before = page.periods.at(-1)?.fence ?? null;
    if (!page.hasMore || before === null) break;
  }
  return periods;
}

function historyCsv(periods: readonly LockPeriod[]): string {
  const at = (time: number | null) => (time === null ? '' : new Date(time).toISOString());
  const head = ['fence', 'holder', 'from', 'to', 'asked at', 'end reason', 'ended by', 'asked for by'];
  return toCsv([
    head,
    ...periods.map((one) => [
      String(one.fence),
      one.holder.name,
      at(one.from),
      at(one.to),
      at(one.askedAt),
      one.endReason ?? '',
      one.endedBy?.name ?? '',
      (one.asks ?? []).map((ask) => `${ask.from.name} ${at(ask.at)} ${ask.outcome ?? 'open'}`).join('; '),
    ]),
  ]);
}
