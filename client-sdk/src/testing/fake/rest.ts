import type { ReplyEntry } from '@latchbox/shared/model/entry';
import { getEntryHtml } from '@latchbox/shared/http/entry-mails';
import { linkAttachment, uploadAttachment } from '@latchbox/shared/http/files';
import { listMembers } from '@latchbox/shared/http/inboxes';
import { getMail, LeftMail, listMails } from '@latchbox/shared/http/mails';
import { listNotifications, readNotifications } from '@latchbox/shared/http/notifications';
import { ERRORS, LatchboxError, refuse, toWireError } from '@latchbox/shared/errors';
import type { RestRequest, RestResponse } from '../../transport.ts';
import type { FakeFiles } from './files.ts';
import type { Gateway } from './gateway.ts';
import type { FakeNotifications } from './notifications.ts';
import type { FakeConversation, World } from './world.ts';

interface Call {
  readonly agentId: string;
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Blob;
}
/** `json`: held to the contract's schema. `text`: the bytes of a file. */
type Answer =
  | { readonly json: unknown; readonly status?: number }
  | { readonly text: string; readonly type: 'message/rfc822' | 'text/csv' };

const MAILS_PAGE = 50;

/** The calls over REST that a client makes. Everything else is `not_found`. */
export class FakeRest {
  readonly #world: World;
  readonly #files: FakeFiles;
  readonly #door: Gateway;
  readonly #notifications: FakeNotifications;

  constructor(world: World, files: FakeFiles, door: Gateway, notifications: FakeNotifications) {
    this.#world = world;
    this.#files = files;
    this.#door = door;
    this.#notifications = notifications;
  }

  async request(
    url: string,
    { method, headers, body = new Blob(), signal }: RestRequest,
  ): Promise<RestResponse> {
    signal.throwIfAborted();
    const { pathname, searchParams: query } = new URL(url, 'fake://server');
    try {
      const agentId = this.#door.agentOf(headers['authorization']?.replace('Bearer ', '') ?? '').id;
      const bytes =
        body instanceof Blob ? body : new Blob([typeof body === 'string' ? body : Uint8Array.from(body)]);
      for (const [route, answer] of this.#routes) {
        const [needed = '', path = ''] = route.split(' ');
        const params = new RegExp(`^${path.replaceAll('*', '([^/]+)')}$`).exec(pathname);
        if (needed !== method || params === null) continue;
        const refused = this.#door.refusals.get(route)?.shift();
        if (refused !== undefined) throw refused;
        const decoded = params.slice(1).map((param) => decodeURIComponent(param));
        return response(await answer({ agentId, params: decoded, query, body: bytes }));
      }
      throw refuse('not_found');
    } catch (error) {
      if (!LatchboxError.is(error)) throw error;
      return response({ json: { error: toWireError(error) }, status: ERRORS[error.code].status });
    } finally {
      this.#door.flush();
    }
  }

  readonly #routes: readonly (readonly [string, (call: Call) => Answer | Promise<Answer>])[] = [
    [
      'GET /api/notifications',
      ({ agentId }) => ({ json: listNotifications.response.parse(this.#notifications.page(agentId)) }),
    ],
    [
      'POST /api/notifications/read',
      async ({ agentId, body }) => {
        const { ids } = readNotifications.body.parse(JSON.parse(await body.text()));
        return { json: readNotifications.response.parse(this.#notifications.read(agentId, ids)) };
      },
    ],
    [
      'POST /api/attachments',
      ({ agentId, query, body }) => {
        const { name, type } = uploadAttachment.query.parse(Object.fromEntries(query));
        const made = this.#files.upload(agentId, name, type ?? 'application/octet-stream', body);
        return { json: uploadAttachment.response.parse(made), status: 201 };
      },
    ],
    [
      'GET /api/attachments/*/link',
      ({ agentId, params: [id = ''] }) => ({
        json: linkAttachment.response.parse(this.#files.link(agentId, id)),
      }),
    ],
    [
      'GET /api/conversations/*/entries/*/html',
      ({ agentId, params: [id = '', position], query }) => {
        const html = this.#files.html(agentId, id, Number(position), query.get('images') === '1');
        return { json: getEntryHtml.response.parse(html) };
      },
    ],
    [
      'GET /api/conversations/*/entries/*/raw',
      ({ agentId, params: [id = '', position] }) => ({
        text: this.#files.raw(agentId, id, Number(position)),
        type: 'message/rfc822',
      }),
    ],
    [
      'GET /api/conversations/*/lock-history',
      ({ agentId, params: [id = ''] }) => ({
        text: historyCsv(this.#world.find(agentId, id)),
        type: 'text/csv',
      }),
    ],
    [
      'GET /api/inboxes/*/members',
      ({ agentId, params: [id = ''] }) => {
        if (this.#world.summary(agentId, id) === undefined) throw refuse('not_found');
        const members = [...this.#world.agents.values()].flatMap(({ id: member, name, inboxes }) => {
          const capability = inboxes.get(id);
          return capability === undefined ? [] : [{ agentId: member, name, capability, since: 0 }];
        });
        return { json: listMembers.response.parse({ members }) };
      },
    ],
    [
      'GET /api/mails',
      ({ agentId, query }) => {
        const from = Number(query.get('after')?.split('~')[0] ?? 0);
        const all = this.#left(agentId).filter(({ inboxId }) => inboxId === (query.get('inbox') ?? inboxId));
        const more = all.length > from + MAILS_PAGE;
        const page = all.slice(from, from + MAILS_PAGE);
        const mails = page.map(({ text: _text, attachments: _files, ...mail }) => LeftMail.parse(mail));
        return {
          json: listMails.response.parse({
            mails,
            next: more ? `${from + MAILS_PAGE}~next` : null,
            leaves: false,
          }),
        };
      },
    ],
    [
      'GET /api/mails/*',
      ({ agentId, params: [id = ''] }) => {
        const mail = this.#left(agentId).find((left) => left.id === id);
        if (mail === undefined) throw refuse('not_found');
        const more = {
          from: { name: mail.author, address: mail.sender },
          to: mail.recipients.map((address) => ({ name: '', address })),
          headers: [{ name: 'Subject', value: mail.subject }],
          attempts: [],
        };
        return { json: getMail.response.parse({ ...mail, ...more }) };
      },
    ],
    [
      'GET /api/mails/*/raw',
      ({ agentId, params: [id = ''] }) => {
        const mail = this.#left(agentId).find((left) => left.id === id);
        if (mail === undefined) throw refuse('not_found');
        const { conversationId, position } = mail;
        return { text: this.#files.raw(agentId, conversationId, position), type: 'message/rfc822' };
      },
    ],
  ];

  /** Every reply that the agent may see is a mail that left, the newest first. */
  #left(agentId: string) {
    return [...this.#world.conversations.values()]
      .filter(({ inboxId }) => this.#world.summary(agentId, inboxId) !== undefined)
      .flatMap((conversation) =>
        conversation.entries
          .filter((entry) => entry.kind === 'reply')
          .map((entry) => leftMail(conversation, entry)),
      )
      .sort((a, b) => b.at - a.at || b.position - a.position);
  }
}

function leftMail({ id: conversationId, inboxId, contact, subject }: FakeConversation, entry: ReplyEntry) {
  const { id, position, at, author, body, delivery, attachments = [] } = entry;
  return {
    id: `mail_${id}`,
    inboxId,
    conversationId,
    position,
    at,
    author: author.name,
    sender: 'inbox@example.test',
    recipients: [contact.address],
    subject: `Re: ${subject}`,
    size: body.length,
    delivery,
    text: body,
    attachments,
  };
}

/** The columns of the server's own file. */
function historyCsv({ periods }: FakeConversation): string {
  const at = (time: number | null): string => (time === null ? '' : new Date(time).toISOString());
  const rows = periods
    .toReversed()
    .map(({ fence, holder, from, to, askedAt, endReason, endedBy }) => [
      fence,
      holder.name,
      at(from),
      at(to),
      at(askedAt),
      endReason ?? '',
      endedBy?.name ?? '',
    ]);
  const head = ['fence', 'holder', 'from', 'to', 'asked at', 'end reason', 'ended by'];
  return [head, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function response(answer: Answer): RestResponse {
  const status = 'json' in answer ? (answer.status ?? 200) : 200;
  const text = 'json' in answer ? JSON.stringify(answer.json) : answer.text;
  return {
    ok: status < 300,
    status,
    json: async () => JSON.parse(text) as unknown,
    blob: async () => new Blob([text], { type: 'json' in answer ? 'application/json' : answer.type }),
  };
}
