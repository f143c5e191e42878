import { includesCapability, refuse } from '@latchbox/shared';
import { authorize } from '../../database/authorize.ts';
import type { VerifiedToken } from '../../directory/api.ts';
import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';
import { holderOf } from './locks.ts';

type Names =
  | 'listConversations'
  | 'getConversation'
  | 'listEntries'
  | 'listEarlier'
  | 'getCounts'
  | 'setStatus'
  | 'setSnooze'
  | 'setAssignee'
  | 'setRead'
  | 'sendReply'
  | 'retryReply'
  | 'dropReply'
  | 'undoReply'
  | 'prepareReply'
  | 'addNote'
  | 'saveDraft';

type Reads = 'listConversations' | 'getConversation' | 'listEntries' | 'listEarlier' | 'getCounts';

const EARLIER_PAGE = 20;
const LIST_PAGE = 50;
const THREAD_PAGE = 50;

/** Who a call acts as. */
export const authorOf = ({ verified }: { readonly verified: VerifiedToken }) => ({
  agentId: verified.agent.id,
  agentName: verified.agent.name,
});

export function conversationHandlers(deps: HttpDeps): Pick<Handlers, Names> {
  return { ...readHandlers(deps), ...writeHandlers(deps) };
}

function readHandlers({ directory, messaging }: HttpDeps): Pick<Handlers, Reads> {
  return {
    async listConversations({ verified, query }) {
      const agentId = verified.agent.id;
      const { inbox, after = null, limit = LIST_PAGE, ...filter } = query;
      const inboxIds = inbox && (await directory.inboxIds(agentId, inbox));
      const page = await messaging.list(agentId, { filter: { ...filter, inboxIds }, after, limit });
      const last = page.rows.at(-1);
      return { ...page, next: page.hasMore && last !== undefined ? `${last.lastAt}~${last.id}` : null };
    },

    getConversation: ({ verified, params, query }) =>
      messaging.open(verified.agent.id, {
        conversationId: params.conversation,
        limit: query.limit ?? THREAD_PAGE,
      }),

    listEntries: ({ verified, params, query }) =>
      messaging.older(verified.agent.id, {
        conversationId: params.conversation,
        before: query.before,
        limit: query.limit ?? THREAD_PAGE,
      }),

    listEarlier: ({ verified, params, query }) =>
      messaging.earlier(verified.agent.id, {
        conversationId: params.conversation,
        limit: query.limit ?? EARLIER_PAGE,
      }),

    getCounts: ({ verified }) => messaging.counts(verified.agent.id),
  };
}

function writeHandlers(deps: HttpDeps): Pick<Handlers, Exclude<Names, Reads>> {
  const { messaging, sendDoor } = deps;
  return {
    setStatus: (call) =>
      messaging.setStatus(authorOf(call), {
        conversationId: call.params.conversation,
        status: call.body.status,
      }),

    setSnooze: (call) =>
      messaging.snooze(authorOf(call), { conversationId: call.params.conversation, until: call.body.until }),

    setAssignee: (call) =>
      messaging.assign(authorOf(call), {
        conversationId: call.params.conversation,
        ...call.body,
      }),

    setRead: (call) =>
      messaging.mark(authorOf(call), { conversationId: call.params.conversation, read: call.body.read }),

    retryReply: ({ params, ...call }) =>
      messaging.retry(authorOf(call), { conversationId: params.conversation, position: params.position }),

    dropReply: ({ params, ...call }) =>
      messaging.drop(authorOf(call), { conversationId: params.conversation, position: params.position }),

    undoReply: ({ params, ...call }) =>
      messaging.undo(authorOf(call), { conversationId: params.conversation, position: params.position }),

    prepareReply: ({ params, query, ...call }) =>
      messaging.prepare(authorOf(call), { conversationId: params.conversation, position: query.position }),

    addNote: (call) =>
      messaging.addNote(authorOf(call), { conversationId: call.params.conversation, ...call.body }),

    saveDraft: (call) =>
      messaging.saveDraft(authorOf(call), {
        conversationId: call.params.conversation,
        kind: call.params.kind,
        ...call.body,
      }),

    async sendReply(call) {
      const { fence, session, lastSeen, then = 'stay', ...reply } = call.body;
      const input = { conversationId: call.params.conversation, ...reply, then };
      if (fence === undefined || session === undefined || lastSeen === undefined) {
        return await sendDoor.sendOnce(authorOf(call), { ...input, lastSeen });
      }
      const holder = await holderOf(deps, call, session);
      if (holder !== undefined) return await sendDoor.send(holder, { ...input, lastSeen, fence });
      // Not a session of this agent, or over: then it holds nothing. Who may not answer here learns no more than before.
      const access = await authorize(deps.db.read, call.verified.agent.id, 'read', input);
      throw refuse(includesCapability(access.capability, 'reply') ? 'lock_required' : 'forbidden');
    },
  };
}
