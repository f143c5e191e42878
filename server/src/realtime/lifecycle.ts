import { refuse, toWireError, LatchboxError } from '@latchbox/shared';
import type { Sessions } from '../collaboration/api.ts';
import type { Holder } from '../collaboration/holder.ts';
import type { Presence } from '../collaboration/presence.ts';
import type { Typing } from '../collaboration/typing.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type Goodbye, type LiveConnection, sayGoodbye, tellGoodbye } from './connection.ts';
import type { Connections } from './connections.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Greeted } from './handshake.ts';
import type { HeadBeat } from './head-beat.ts';
import type { HelloStreams } from './hello-streams.ts';
import type { Answer, Peer, PeerListener } from './peer.ts';
import type { SlowConnections } from './slow.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface LifecycleDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly helloWithin: number;
  /** `isThere`: its connection still waits for the answer. */
  readonly greet: (peer: Peer, raw: unknown, isThere: () => boolean) => Promise<Greeted>;
  /** Subscribes along with the greeting. Never throws. */
  readonly streams: (
    connection: LiveConnection,
    asked: NonNullable<Greeted['subscribe']>,
    own: Greeted['result']['asOf'],
  ) => Promise<HelloStreams>;
  readonly sessions: Pick<Sessions, 'connectionLost'>;
  readonly presence: Pick<Presence, 'connected' | 'disconnected'>;
  readonly typing: Pick<Typing, 'gone'>;
  readonly connections: Connections;
  readonly dispatcher: () => Dispatcher;
  readonly subscriptions: Subscriptions;
  readonly slow: SlowConnections;
  readonly headBeat: HeadBeat;
}

/** `waiting`: has not said hello. `greeting`: its hello is being answered. `leaving`: told goodbye, or about to close. */
type State =
  | { readonly phase: 'waiting' | 'greeting' | 'leaving' }
  | { readonly phase: 'live'; readonly connection: LiveConnection };

const WAITING: State = { phase: 'waiting' };
const LEAVING: State = { phase: 'leaving' };

const SAID_NOTHING: Goodbye = {
  code: 'unauthenticated',
  message: 'Say hello first, with a token, within the time given.',
};
const REPLACED: Goodbye = { code: 'conflict', message: 'This session goes on over a newer connection.' };

/** The life of every connection of this server, from its first command to its end. */
export class Lifecycle {
  readonly #deps: LifecycleDeps;
  readonly #states = new Map<Peer, State>();
  /** Who has not said hello, and until when (monotonic); in the order in which they came, which is that of their ends. */
  readonly #waiting = new Map<Peer, number>();
  /** Connections that are lost and whose loss is not written down yet. */
  readonly #lost = new Map<Holder, Promise<void> | undefined>();
  readonly #listener: PeerListener;
  #leaving: (() => Goodbye) | undefined = undefined;
  #cancelLate: (() => void) | undefined = undefined;

  constructor(deps: LifecycleDeps) {
    this.#deps = deps;
    this.#listener = {
      command: (peer, name, args, answer) => this.#command(peer, name, args, answer),
      closed: (peer) => this.#closed(peer),
    };
  }

  get size(): number {
    return this.#states.size;
  }

  attach(peer: Peer): void {
    const leaving = this.#leaving;
    this.#states.set(peer, leaving === undefined ? WAITING : LEAVING);
    peer.listen(this.#listener);
    if (leaving !== undefined) {
      sayGoodbye(peer, leaving());
      return;
    }
    this.#waiting.set(peer, this.#deps.clock.monotonic() + this.#deps.helloWithin);
    this.#watchLate();
  }

  /** Tells the client why, and closes its connection. Its locks keep their reconnect grace. */
  close(connection: LiveConnection, goodbye: Goodbye): void {
    if (connection.end !== undefined) return;
    connection.end = 'closing';
    this.#stop(connection);
    this.#dismiss(connection.peer, goodbye);
  }

  /** The session goes on over a connection of another server. */
  replacedElsewhere(connection: LiveConnection): void {
    if (connection.end !== undefined) return;
    this.#replace(connection);
    this.#leavePresence(connection);
  }

  /** The session goes on: this connection of it is nobody's any more. */
  #replace(connection: LiveConnection): void {
    if (connection.end !== undefined) return;
    connection.end = 'replaced';
    this.#deps.connections.remove(connection);
    this.#stop(connection);
    this.#dismiss(connection.peer, REPLACED);
  }

  /** The client ended its session: nothing is left to be told of the connection's end. */
  forget(connection: LiveConnection): void {
    this.#stop(connection);
    if (this.#deps.connections.remove(connection)) this.#leavePresence(connection);
    // It may have gone while its session was ended: then it is known no more, and nobody would take it out again.
    if (this.#states.has(connection.peer)) this.#states.set(connection.peer, LEAVING);
  }

  /** Takes nobody in any more, and tells everybody to go; `finish` closes. */
  leave(goodbye: () => Goodbye): void {
    this.#leaving = goodbye;
    for (const [peer, { phase }] of this.#states) {
      if (phase === 'live') tellGoodbye(peer, goodbye());
      // Its session goes on elsewhere, and no answer of ours may come after that.
      else this.#dismiss(peer, goodbye());
    }
  }

  /** Closes every connection and waits until their losses are written down. */
  async finish(): Promise<void> {
    this.#cancelLate?.();
    this.#cancelLate = undefined;
    for (const peer of this.#states.keys()) peer.close();
    await Promise.allSettled([...this.#lost.values()].filter((writing) => writing !== undefined));
  }

  /** Tries again to write down losses where that failed: until then this server would keep renewing those locks. */
  retryLost(): void {
    for (const [holder, writing] of this.#lost) if (writing === undefined) this.#writeLoss(holder);
  }

  /** One timer for all, at the first end. */
  #watchLate(): void {
    const [first] = this.#waiting.values();
    if (first === undefined || this.#cancelLate !== undefined) return;
    this.#cancelLate = this.#deps.clock.setTimer(first - this.#deps.clock.monotonic(), () => {
      this.#cancelLate = undefined;
      this.#closeLate();
      this.#watchLate();
    });
  }

  /** Closes whoever has not said hello in time. */
  #closeLate(): void {
    const now = this.#deps.clock.monotonic();
    for (const [peer, until] of this.#waiting) {
      if (until > now) return;
      this.#dismiss(peer, SAID_NOTHING);
    }
  }

  #command(peer: Peer, name: unknown, args: readonly unknown[], answer: Answer): void {
    const state = this.#states.get(peer);
    switch (state?.phase) {
      case 'live':
        this.#liveCommand(state.connection, name, args, answer);
        return;
      case 'waiting':
      case 'greeting':
        if (state.phase === 'waiting' && name === 'hello' && args.length === 1)
          void this.#greet(peer, args[0], answer);
        else this.#refuseAndClose(peer, name, answer, refuse('unauthenticated'));
        return;
      case 'leaving':
      case undefined:
    }
  }

  #liveCommand(connection: LiveConnection, name: unknown, args: readonly unknown[], answer: Answer): void {
    const dispatcher = this.#deps.dispatcher();
    const about = { command: name, agentId: connection.holder.agentId };
    if (connection.end === 'session_closed') dispatcher.refuse(answer, refuse('closed'), about);
    else if (connection.end !== undefined) return;
    // What is under way is still answered; the rest is for another server.
    else if (this.#leaving !== undefined) dispatcher.refuse(answer, refuse('offline'), about);
    else dispatcher.dispatch(connection, name, args, answer);
  }

  async #greet(peer: Peer, raw: unknown, answer: Answer): Promise<void> {
    const greeting: State = { phase: 'greeting' };
    this.#states.set(peer, greeting);
    const isThere = (): boolean => this.#states.get(peer) === greeting;
    try {
      const greeted = await this.#deps.greet(peer, raw, isThere);
      if (isThere()) await this.#welcome(greeted, answer);
      // Gone meanwhile: nobody else knows of this connection.
      else this.#lose(greeted.connection.holder);
    } catch (error) {
      if (isThere()) this.#refuseAndClose(peer, 'hello', answer, error);
    }
  }

  async #welcome({ connection, result, subscribe }: Greeted, answer: Answer): Promise<void> {
    const { connections, presence, headBeat, streams } = this.#deps;
    const { peer, holder, inboxIds } = connection;
    const standing = connections.ofSession(holder.sessionId);
    if (standing !== undefined && standing.holder.connectionNo > holder.connectionNo) {
      // Two hellos of one session at once: the other one came later.
      this.#refuseAndClose(peer, 'hello', answer, refuse('conflict'));
      return;
    }
    if (standing !== undefined) this.#replace(standing);
    this.#waiting.delete(peer);
    this.#states.set(peer, { phase: 'live', connection });
    connections.add(connection);
    if (subscribe === undefined) {
      headBeat.add(connection);
      answer?.({ ok: true, result });
      presence.connected({ ...holder, inboxIds });
      return;
    }
    // Before it looks who is there: it is there, too.
    presence.connected({ ...holder, inboxIds });
    const subscribed = await streams(connection, subscribe, result.asOf);
    if (connection.end !== undefined) return;
    headBeat.add(connection);
    answer?.({ ok: true, result: { ...result, streams: subscribed.lines } });
    subscribed.start();
  }

  #refuseAndClose(peer: Peer, command: unknown, answer: Answer, error: unknown): void {
    this.#deps.dispatcher().refuse(answer, error, { command, address: peer.address });
    const { code, message, details } = toWireError(LatchboxError.is(error) ? error : internal());
    const retryAfterMs = 'retryAfterMs' in details ? details.retryAfterMs : undefined;
    this.#dismiss(peer, retryAfterMs === undefined ? { code, message } : { code, message, retryAfterMs });
  }

  #dismiss(peer: Peer, goodbye: Goodbye): void {
    const state = this.#states.get(peer);
    if (state === undefined || state === LEAVING) return;
    // A connection that was live is still known by its state when it closes.
    if (state.phase !== 'live') this.#states.set(peer, LEAVING);
    this.#waiting.delete(peer);
    sayGoodbye(peer, goodbye);
  }

  #closed(peer: Peer): void {
    const state = this.#states.get(peer);
    this.#states.delete(peer);
    this.#waiting.delete(peer);
    if (state?.phase !== 'live') return;
    const { connection } = state;
    connection.end ??= 'gone';
    this.#stop(connection);
    if (!this.#deps.connections.remove(connection)) return;
    this.#leavePresence(connection);
    this.#lose(connection.holder);
  }

  /** Nothing more is sent to it. */
  #stop(connection: LiveConnection): void {
    this.#deps.subscriptions.endAll(connection);
    this.#deps.slow.forget(connection);
    this.#deps.headBeat.remove(connection);
  }

  #leavePresence({ holder }: LiveConnection): void {
    this.#deps.presence.disconnected(holder.sessionId, holder.connectionNo);
    this.#deps.typing.gone(holder.sessionId);
  }

  #lose(holder: Holder): void {
    this.#lost.set(holder, undefined);
    this.#writeLoss(holder);
  }

  #writeLoss(holder: Holder): void {
    const writing = this.#deps.sessions.connectionLost(holder).then(
      () => void this.#lost.delete(holder),
      (error: unknown) => {
        this.#lost.set(holder, undefined);
        this.#deps.log.warn('A lost connection could not be written down yet', {
          sessionId: holder.sessionId,
          error,
        });
      },
    );
    this.#lost.set(holder, writing);
  }
}

function internal(): LatchboxError {
  return new LatchboxError('internal', { ref: '' });
}
