import type { Capability } from '@latchbox/shared/model/agent';
import type { Cursor } from '@latchbox/shared/realtime/cursor';
import { Frame } from '@latchbox/shared/realtime/down/index';
import { UP, type UpInput, type UpName, type UpResult } from '@latchbox/shared/realtime/up/index';
import { type ErrorCode, LatchboxError, refuse, toWireError } from '@latchbox/shared/errors';
import type { MemoryConnection, MemoryPeer } from '../memory-transport.ts';
import type { Client, Session } from './client.ts';
import { FakeViews } from './views.ts';
import { colleagueSession, type Present } from './line.ts';
import { moreCommands, type MoreHandlers } from './more-commands.ts';
import { replyCommands, type ReplyHandlers } from './reply-commands.ts';
import { FakeSchedules, type ScheduleHandlers } from './scheduled.ts';
import type { FakeLocks } from './locks.ts';
import { changeMember } from './members.ts';
import type { FakeMessages } from './messages.ts';
import { DEFAULT_SETTINGS, type GatewaySettings } from './settings.ts';
import { FakeThere } from './there.ts';
import type { World } from './world.ts';

type Handlers = { [N in UpName]: (client: Client, session: Session, input: UpInput<N>) => UpResult<N> };

const NOTHING = {};

/**
 * Speaks the protocol: greets, answers commands, delivers streams, tells who is there. What it says is held to the contract's
 * schemas, so that a test on it means something.
 */
export class Gateway {
  readonly clients = new Set<Client>();
  readonly settings: GatewaySettings = { ...DEFAULT_SETTINGS };
  /** Tokens that are not good any more. */
  readonly badTokens = new Set<string>();
  /** What the next commands of a name are refused with, instead of being carried out. */
  readonly refusals = new Map<string, LatchboxError[]>();
  /** Commands, for tests to look at: name and input, in order. */
  readonly seen: { readonly name: string; readonly input: unknown; readonly agentId: string | undefined }[] =
    [];
  /** Commands with these names are lost on the way. */
  readonly lost = new Set<string>();
  /** Commands with these names get no answer. */
  readonly mute = new Set<string>();
  /** Answers to commands with these names wait for `letGo`, while events go through. */
  readonly held = new Set<string>();
  /** Frames to these agents are lost on the way, connections stay. */
  readonly deaf = new Set<string>();
  readonly there: FakeThere;
  /** Agents who act without a client, as if they had one. */
  readonly colleagues = new Set<string>();
  #waiting: (() => void)[] = [];
  readonly #world: World;
  readonly #locks: FakeLocks;
  readonly #messages: FakeMessages;
  readonly #schedules: FakeSchedules;
  readonly #views: FakeViews;
  readonly #random: () => number;
  readonly #sessions = new Map<string, Session>();
  #isBeating = false;

  constructor(world: World, locks: FakeLocks, messages: FakeMessages, random: () => number) {
    this.#world = world;
    this.#locks = locks;
    this.#messages = messages;
    this.#schedules = new FakeSchedules(world, messages);
    this.#views = new FakeViews(world);
    this.#random = random;
    this.there = new FakeThere(world, this.clients, () => this.settings.typingExpires);
    locks.line.there = (agentId) => this.#sessionsThere(agentId);
  }

  readonly accept = (connection: MemoryConnection): MemoryPeer => {
    const client: Client = {
      connection,
      session: undefined,
      cursors: new Map(),
      viewing: new Set(),
      hidden: false,
      outbox: [],
      tokenEndsAt: null,
      command: (name, input, answer) => this.#command(client, name, input, answer),
      closed: () => this.#gone(client),
    };
    this.clients.add(client);
    this.#beatLater();
    return client;
  };

  /** New events: everybody who has subscribed gets what is after their cursor. */
  wake(stream: string): void {
    for (const client of this.clients) this.#deliver(client, stream);
  }

  /** Sends what gathered: one frame a connection. */
  flush(): void {
    for (const client of this.clients) {
      if (client.outbox.length === 0) continue;
      const items = client.outbox.splice(0);
      if (!this.deaf.has(client.session?.agentId ?? '')) client.connection.frame(Frame.parse({ items }));
    }
  }

  goodbye(client: Client, code: ErrorCode, retryAfterMs: number | null = null): void {
    client.outbox.push({ t: 'goodbye', code, message: `Goodbye: ${code}.`, retryAfterMs });
    this.flush();
    client.connection.close();
  }

  /** Gives the answers that were held back. */
  letGo(): void {
    this.held.clear();
    for (const say of this.#waiting.splice(0)) say();
  }

  #sessionsThere(agentId: string): Present[] {
    const clients = this.of(agentId).flatMap(({ session, viewing }) =>
      session ? [{ ...session, viewing }] : [],
    );
    const colleague = { ...colleagueSession(agentId), viewing: new Set<string>() };
    return this.colleagues.has(agentId) ? [...clients, colleague] : clients;
  }

  sessions(): Iterable<Session> {
    return this.#sessions.values();
  }

  of(agentId: string): Client[] {
    return [...this.clients].filter(({ session }) => session?.agentId === agentId);
  }

  /** What an agent may do in an inbox changes; null: nothing any more. */
  setCapability(agentId: string, inboxId: string, capability: Capability | null): void {
    changeMember(this.#world, this.#locks, agentId, { inboxId, capability }, () => {
      for (const client of this.of(agentId)) client.cursors.delete(`inbox:${inboxId}`);
    });
  }

  #command(client: Client, name: string, input: unknown, answer: ((ack: object) => void) | null): void {
    if (this.lost.has(name)) return;
    this.seen.push({ name, input, agentId: client.session?.agentId });
    let ack: object;
    try {
      ack = { ok: true, result: this.#run(client, name, input) };
    } catch (error) {
      if (!(error instanceof LatchboxError)) throw error;
      ack = { ok: false, error: toWireError(error) };
    }
    const say = (): void => {
      if (this.held.has(name)) this.#waiting.push(() => answer?.(ack));
      else if (!this.mute.has(name)) answer?.(ack);
    };
    // Answers and events take either order on a real wire.
    if (this.#random() < 0.5) {
      say();
      this.flush();
    } else {
      this.flush();
      say();
    }
  }

  #run(client: Client, name: string, input: unknown): unknown {
    const refusal = this.refusals.get(name)?.shift();
    if (refusal !== undefined) throw refusal;
    if (!Object.hasOwn(UP, name)) throw refuse('unknown_event');
    const parsed = UP[name as UpName].input.safeParse(input);
    if (!parsed.success) {
      const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      throw new LatchboxError('invalid', { issues });
    }
    if (name === 'hello') return UP.hello.result.parse(this.#hello(client, parsed.data as UpInput<'hello'>));
    const { session } = client;
    if (session === undefined || (this.#isOver(client) && name !== 'auth.refresh'))
      throw refuse('unauthenticated');
    const handlers = {
      ...this.#handlers,
      ...moreCommands(this.#world, this.#locks, this.#messages),
      ...replyCommands(this.#world, this.#messages, this.there),
      ...this.#schedules.commands,
    } as Omit<Handlers, 'hello'>;
    const handler = handlers[name as keyof typeof handlers] as (
      client: Client,
      session: Session,
      input: unknown,
    ) => unknown;
    return UP[name as UpName].result.parse(handler(client, session, parsed.data));
  }

  #hello(client: Client, input: UpInput<'hello'>): UpResult<'hello'> {
    const { protocol, minimumProtocol } = this.settings;
    if (input.protocol < minimumProtocol)
      throw new LatchboxError('client_too_old', { minimum: minimumProtocol });
    if (input.protocol > protocol) throw new LatchboxError('server_too_old', { protocol });
    const agent = this.agentOf(input.token);
    const known = input.resume === null ? undefined : this.#sessions.get(input.resume.id);
    const resumed =
      known !== undefined && known.key === input.resume?.key && known.agentId === agent.id && !known.ended;
    const session: Session = resumed
      ? known
      : {
          agentId: agent.id,
          sessionId: this.#world.newId('ses'),
          device: input.device,
          key: this.#world.newId('key_of_sixteen_characters'),
          ended: false,
        };
    this.#sessions.set(session.sessionId, session);
    for (const older of this.clients) {
      if (older === client || older.session !== session) continue;
      // The session goes on: only what this connection showed is over.
      older.session = undefined;
      this.goodbye(older, 'conflict');
      for (const id of older.viewing) this.there.tellViewers(id);
    }
    client.session = session;
    client.tokenEndsAt = this.#tokenEnd();
    this.#locks.line.came(agent.id);
    const inboxes = [...agent.inboxes.keys()].flatMap((id) => this.#world.summary(agent.id, id) ?? []);
    const { id, name, email, role, kind } = agent;
    const locks = this.#locks.resumed(session.sessionId);
    this.there.tellPresence(agent.id);
    const own = this.#world.cursor(`agent:${id}`);
    return {
      protocol,
      ...(input.subscribe && { streams: this.#subscribeAll(client, session, input.subscribe, own) }),
      serverTime: this.#world.clock.now(),
      session: { id: session.sessionId, key: session.key, resumed },
      me: { id, name, email, role, kind },
      logEpoch: this.#world.logEpoch,
      inboxes,
      asOf: own,
      locks,
      headBeat: this.settings.headBeat,
      typingEvery: this.settings.typingEvery,
      tokenEndsAt: client.tokenEndsAt,
    };
  }

  /** Tokens are agents' ids; `t` is the first agent. A suffix after a dot makes another token of the same agent. */
  agentOf(token: string): ReturnType<World['addAgent']> {
    const [name = ''] = token.split('.');
    const agent = name === 't' ? [...this.#world.agents.values()][0] : this.#world.agents.get(name);
    if (agent === undefined || this.badTokens.has(token)) throw refuse('unauthenticated');
    return agent;
  }

  readonly #handlers: Omit<
    Handlers,
    'hello' | keyof MoreHandlers | keyof ReplyHandlers | keyof ScheduleHandlers
  > = {
    'auth.refresh': (client, session, { token }) => {
      if (this.agentOf(token).id !== session.agentId) throw refuse('forbidden');
      client.tokenEndsAt = this.#tokenEnd();
      return { tokenEndsAt: client.tokenEndsAt };
    },
    'session.close': (client, session, { signOut }) => {
      this.#locks.line.sessionEnded(session);
      session.ended = true;
      this.#locks.endSession(session.sessionId, signOut ? 'signed_out' : 'left');
      this.#gone(client);
      return NOTHING;
    },
    'stream.subscribe': (client, session, input) => this.#subscribe(client, session, input),
    'stream.unsubscribe': (client, _session, { stream }) => {
      client.cursors.delete(stream);
      return NOTHING;
    },
    'conversation.open': (client, { agentId }, { conversationId, view, limit }) => {
      const opened = this.#messages.open(agentId, conversationId, limit);
      if (view) {
        client.viewing.add(conversationId);
        this.there.tellViewers(conversationId);
      }
      return {
        ...opened,
        viewers: this.there.viewers(conversationId),
        typists: this.there.typists(conversationId),
      };
    },
    'conversation.leave': (client, session, { conversationId }) => {
      if (client.viewing.delete(conversationId)) this.there.tellViewers(conversationId);
      const conversation = this.#world.conversations.get(conversationId);
      if (conversation && this.#locks.holds(session, conversation)) this.#locks.end(conversation, 'left');
      this.there.typing(session.agentId, conversationId, null);
      return NOTHING;
    },
    'conversation.earlier': (_client, { agentId }, input) => this.#views.earlier(agentId, input),
    'inbox.counts': (_client, { agentId }) => this.#views.counts(agentId),
    'conversation.status': (_client, { agentId }, { conversationId, status }) => {
      this.#messages.status(agentId, this.#world.find(agentId, conversationId, 'reply'), status);
      return NOTHING;
    },
    activity: (_client, session, { conversationId, kind }) => {
      const conversation = this.#world.find(session.agentId, conversationId);
      this.#locks.activity(session, conversation, kind === 'reply' || kind === 'note');
      if (kind !== 'reading')
        this.there.typing(session.agentId, conversationId, kind === 'stopped' ? null : kind);
      return NOTHING;
    },
    presence: (client, session, { state }) => {
      client.hidden = state !== 'active';
      this.there.tellPresence(session.agentId);
      return NOTHING;
    },
  };

  #subscribe(
    client: Client,
    session: Session,
    input: UpInput<'stream.subscribe'>,
  ): UpResult<'stream.subscribe'> {
    const { stream, after } = input;
    const [kind, id = ''] = stream.split(':');
    const allowed =
      kind === 'agent' ? id === session.agentId : this.#world.summary(session.agentId, id) !== undefined;
    if (!allowed) throw refuse('not_found');
    const { logEpoch } = this.#world;
    const head = this.#world.head(stream);
    const from = after?.seq ?? head;
    if (
      after !== null &&
      (after.logEpoch !== logEpoch || from > head || head - from > this.settings.replayMost)
    ) {
      throw refuse('resync');
    }
    client.cursors.set(stream, from);
    this.#deliver(client, stream);
    return { logEpoch, from, head, present: kind === 'inbox' ? this.there.present(id) : null };
  }

  #subscribeAll(
    client: Client,
    session: Session,
    { streams, rest }: NonNullable<UpInput<'hello'>['subscribe']>,
    { stream: own, logEpoch, seq }: Cursor,
  ): UpResult<'hello'>['streams'] {
    const all = new Map(streams.map(({ stream, after }) => [stream, after]));
    if (rest) {
      if (!all.has(own)) all.set(own, { logEpoch, seq });
      for (const inboxId of this.#world.agents.get(session.agentId)?.inboxes.keys() ?? [])
        if (!all.has(`inbox:${inboxId}`)) all.set(`inbox:${inboxId}`, null);
    }
    return [...all].map(([stream, after]) => {
      try {
        return { stream, ok: true, ...this.#subscribe(client, session, { stream, after }) };
      } catch (error) {
        if (!LatchboxError.is(error)) throw error;
        return { stream, ok: false, error: toWireError(error) };
      }
    });
  }

  #deliver(client: Client, stream: string): void {
    const cursor = client.cursors.get(stream);
    if (cursor === undefined) return;
    const events = this.#world.log(stream).slice(cursor);
    client.cursors.set(stream, cursor + events.length);
    for (const event of events) client.outbox.push({ t: 'event', event });
  }

  #gone(client: Client): void {
    if (!this.clients.delete(client)) return;
    const { session, viewing } = client;
    if (session === undefined) return;
    this.there.gone(session.agentId, viewing);
    if (!session.ended) this.#locks.connectionLost(session.sessionId);
    this.#locks.line.went(session.agentId);
    this.flush();
  }

  #tokenEnd(): number | null {
    const { tokenLife } = this.settings;
    return tokenLife === null ? null : this.#world.clock.now() + tokenLife;
  }

  #isOver({ tokenEndsAt }: Client): boolean {
    return tokenEndsAt !== null && tokenEndsAt <= this.#world.clock.now();
  }

  #beatLater(): void {
    if (this.#isBeating) return;
    this.#isBeating = true;
    this.#world.clock.setTimer(this.settings.headBeat, () => {
      this.#isBeating = false;
      const now = this.#world.clock.now();
      for (const client of Array.from(this.clients)) {
        if (this.#isOver(client)) this.goodbye(client, 'unauthenticated');
        if (client.session === undefined) continue;
        const heads = [...client.cursors.keys()].map((stream) => ({ stream, seq: this.#world.head(stream) }));
        client.outbox.push({ t: 'head', serverTime: now, heads });
      }
      this.flush();
      if (this.clients.size > 0) this.#beatLater();
    });
  }
}
