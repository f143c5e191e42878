import type { Frame } from '@latchbox/shared/realtime/down/index';
import type { UpInput } from '@latchbox/shared/realtime/up/index';
import { type AnyLatchboxError, fromWireError, LatchboxError } from '@latchbox/shared/error-codes';
import { refuse } from '../lib/refuse.ts';
import { PROTOCOL_VERSION } from '@latchbox/shared/realtime/version';
import type { Core } from '../core.ts';
import { readAck } from './ack.ts';
import type { Answer, Voice } from './commands.ts';
import { SessionKeeper } from './session.ts';
import type { ConnectionParts, ConnectionState, Greeting, Phase } from './states.ts';
import { refreshToken, watchSilence } from './upkeep.ts';

/** How long getting a token, and opening a connection with its greeting, may take. */
const STEP_TIMEOUT = 10_000;
const BACKOFF_FIRST = 400;
/** Below the default reconnect grace, so that a holder comes back in time however often it had to try. */
const BACKOFF_MOST = 8_000;

/**
 * The connection machine: token → transport → hello → up, and from anywhere back to waiting. Reconnects with full jitter
 * over the given addresses in turn; only `needs-auth`, `outdated` and `closed` stop it.
 */
export class Connection {
  readonly #core: Core;
  readonly #parts: ConnectionParts;
  readonly #session: SessionKeeper;
  #token = '';
  #phase: Phase = { name: 'needs-auth', stops: [] };
  #attempt = 1;
  #address = 0;
  #wasUp = false;
  #slow = false;
  #error: AnyLatchboxError | undefined;
  #why: 'first' | 'expired' = 'first';
  #heardAt = 0;
  /** A hello was left without an answer. It may yet be followed, as if it were the newer one: then this session has not gone elsewhere. */
  #left = false;
  #stopSlow: (() => void) | undefined;

  constructor(core: Core, parts: ConnectionParts) {
    this.#core = core;
    this.#parts = parts;
    this.#session = new SessionKeeper(parts.runtime);
    // Hints that trying now may help: they end the waiting, and nothing else.
    for (const hint of [parts.runtime.online, parts.runtime.visible]) {
      const hurry = (): void => {
        if (hint.get() && this.#phase.name === 'waiting') void this.#try();
      };
      core.scope.onEnd(hint.subscribe(hurry));
    }
  }

  /** Begins, also after somebody signed in again. */
  connect(): void {
    if (this.#phase.name !== 'needs-auth') return;
    this.#attempt = 1;
    void this.#try();
  }

  close(): void {
    this.#enter('closed');
    this.#session.forget();
  }

  /** The address that is in use. */
  get url(): string {
    const { urls } = this.#parts;
    return urls[this.#address % urls.length] ?? '';
  }

  /** The newest token; `fresh`: a new one, because that was refused. */
  async token(fresh: boolean, options: { readonly signal: AbortSignal }): Promise<string> {
    if (fresh) this.#token = await this.#parts.auth('expired', options);
    return this.#token;
  }

  /** Gives this connection up and makes the next one, which is told what this one missed. */
  restart(error: LatchboxError): void {
    if (this.#phase.link) this.#lost(error);
  }

  /** A step towards a connection: what has not come about in time counts as lost. */
  #step(): Phase {
    const phase = this.#enter('trying');
    phase.stops.push(this.#core.later(STEP_TIMEOUT, () => this.#lost(refuse('timeout'))));
    return phase;
  }

  async #try(): Promise<void> {
    const phase = this.#step();
    const abort = new AbortController();
    phase.stops.push(() => abort.abort());
    try {
      const token = this.#parts.auth(this.#why, { signal: abort.signal });
      const [got, resume] = await Promise.all([token, this.#session.resumable()]);
      if (this.#phase === phase) this.#open(got, resume);
    } catch (error) {
      if (this.#phase !== phase) return;
      if (LatchboxError.is(error, 'unauthenticated', 'forbidden')) this.#enter('needs-auth', error);
      else this.#lost(refuse('offline', error));
    }
  }

  #open(token: string, resume: UpInput<'hello'>['resume']): void {
    const { transport, client, runtime } = this.#parts;
    this.#token = token;
    const phase = this.#step();
    // What a connection still tells after it was left is told to nobody.
    const mine = (): boolean => this.#phase === phase;
    const link = transport.open(this.url, {
      opened: () => {
        if (!mine()) return;
        const saidAt = runtime.now();
        const { device } = runtime;
        const subscribe = this.#parts.subscribe();
        phase.asked = true;
        const hello = { protocol: PROTOCOL_VERSION, client, token, resume, device, subscribe };
        voice.ask('hello', hello, (answer) => {
          if (mine()) void this.#greeted(phase, voice, answer, (saidAt + runtime.now()) / 2);
        });
      },
      frame: (frame) => {
        if (mine()) this.#frame(phase, frame);
      },
      closed: (reason) => {
        if (mine()) this.#lost(refuse('offline', reason));
      },
    });
    const voice: Voice = {
      ask: (name, input, answer) =>
        link.request(name, input, (ack) => {
          const said = readAck(ack);
          // Ahead of the server's goodbye: what was said waits for the next connection, which brings a new token.
          if (said.error && mine() && this.#isTokenOver(phase, name, said.error)) this.#refused(said.error);
          else answer(said);
        }),
      signal: (name, input) => link.signal(name, input),
    };
    phase.link = link;
  }

  async #greeted(phase: Phase, voice: Voice, { result, error }: Answer, greetedAt: number): Promise<void> {
    const { clock, runtime } = this.#core;
    phase.asked = false;
    if (error) return this.#refused(error, true);
    const greeting = result as Greeting;
    this.#session.keep(greeting.session);
    clock.restart();
    clock.sample(greeting.serverTime, greetedAt);
    this.#heardAt = runtime.now();
    // A new token was asked for: until its end another one would be of no use.
    phase.goodUntil = this.#why === 'first' ? 0 : (greeting.tokenEndsAt ?? Infinity);
    this.#why = 'first';
    try {
      await this.#parts.greeted(greeting, voice);
      if (this.#phase === phase) this.#up(phase, voice, greeting);
    } catch (refused) {
      if (this.#phase === phase) this.#refused(refused as AnyLatchboxError);
    }
  }

  /** Everything up to now is applied. */
  #up(phase: Phase, voice: Voice, { headBeat, session, tokenEndsAt }: Greeting): void {
    const { refresh } = this.#parts;
    const silent = (): void => this.#lost(refuse('timeout'));
    for (const stop of phase.stops) stop();
    phase.name = 'up';
    phase.stops = [
      watchSilence(this.#core, headBeat, () => this.#heardAt, silent),
      refreshToken(this.#core, (signal) => this.token(true, { signal }), refresh, tokenEndsAt),
    ];
    this.#attempt = 0;
    this.#wasUp = true;
    this.#error = undefined;
    this.#notSlow();
    this.#parts.setLine('up');
    this.#parts.up(voice);
    this.#parts.state.put({ name: 'connected', sessionId: session.id, resumed: session.resumed });
  }

  /** The server refuses this client (`atHello`, or after it), or said goodbye. */
  #refused(error: AnyLatchboxError, atHello = false, retryAfter?: number | null): void {
    const { code, details } = error;
    // The session goes on somewhere else (a duplicated tab, where tabs cannot see each other), or what was stored of it is no
    // session at all. To resume it again would be refused again, or drop the other one: a session of our own it is.
    if (code === 'conflict' && this.#left) this.#left = false;
    else if (code === 'conflict' || code === 'invalid') this.#session.forget();
    if (code === 'client_too_old' || code === 'server_too_old') this.#enter('outdated', error);
    else if (code === 'unauthenticated' || code === 'forbidden') {
      // Refused although the token is a fresh one: asking for another is of no use.
      const useless = code === 'forbidden' || (atHello && this.#why === 'expired');
      this.#why = 'expired';
      if (useless) this.#enter('needs-auth', error);
      else if (atHello) void this.#try();
      else this.#lost(error);
    } else this.#lost(error, retryAfter ?? ('retryAfterMs' in details ? details.retryAfterMs : 0));
  }

  /** A command was refused, and a new token may help. */
  #isTokenOver({ name, goodUntil = 0 }: Phase, command: string, { code }: LatchboxError): boolean {
    const refused = name === 'up' && command !== 'auth.refresh' && code === 'unauthenticated';
    return refused && goodUntil <= this.#core.clock.now();
  }

  /** Waits and tries the next address. `retryAfter` (ms) is the wish of one server: another one may be asked before. */
  #lost(error: LatchboxError, retryAfter = 0): void {
    const { later, runtime, timings } = this.#core;
    this.#error = error as AnyLatchboxError;
    this.#attempt += 1;
    this.#address += 1;
    if (this.#wasUp) {
      this.#stopSlow ??= later(timings.slowAfter, () => {
        this.#slow = true;
        this.#parts.setLine('slow');
        this.#publish();
      });
    }
    const most = Math.min(BACKOFF_MOST, BACKOFF_FIRST * 2 ** Math.min(this.#attempt - 1, 10));
    const asked = this.#parts.urls.length > 1 ? 0 : retryAfter;
    this.#enter('waiting').stops.push(later(asked + runtime.random() * most, () => void this.#try()));
  }

  #frame(phase: Phase, frame: unknown): void {
    const items: unknown = (frame as Partial<Frame> | null | undefined)?.items;
    this.#heardAt = this.#core.runtime.now();
    if (!Array.isArray(items)) return;
    for (const item of items as Frame['items']) {
      if (this.#phase !== phase) break;
      this.#core.scope.run('A message of the server could not be used.', () => {
        if (item.t === 'goodbye') this.#refused(fromWireError(item), false, item.retryAfterMs);
        else this.#parts.item(item);
      });
    }
    this.#parts.frameDone();
  }

  /** What belongs to the phase before ends with it: its timers, and its connection. */
  #enter(name: Phase['name'], error?: AnyLatchboxError): Phase {
    const { link, stops, asked } = this.#phase;
    if (asked) this.#left = true;
    const phase: Phase = (this.#phase = { name, error, stops: [] });
    for (const stop of stops) stop();
    const trying = name === 'trying' || name === 'waiting';
    if (!trying) this.#notSlow();
    this.#parts.setLine(trying && !this.#slow ? 'down' : 'slow');
    if (link) {
      link.close();
      this.#parts.down();
    }
    this.#publish();
    return phase;
  }

  #notSlow(): void {
    this.#stopSlow?.();
    this.#stopSlow = undefined;
    this.#slow = false;
  }

  /** The public state is a projection of the private one (R3). */
  #publish(): void {
    const { name, error: refused } = this.#phase;
    const attempt = this.#attempt;
    const error = this.#error;
    const trying = this.#wasUp
      ? { name: 'reconnecting', attempt, slow: this.#slow, error }
      : { name: 'connecting', attempt, ...(error && { error }) };
    const stopped = refused ? { name, error: refused } : name === 'closed' && { name };
    this.#parts.state.put((stopped || trying) as ConnectionState);
  }
}
