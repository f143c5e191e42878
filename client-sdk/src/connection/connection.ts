import type { Frame } from '@latchbox/shared/realtime/down/index';
import type { UpInput } from '@latchbox/shared/realtime/up/index';
import { type AnyLatchboxError, fromWireError, LatchboxError } from '@latchbox/shared/error-codes';
import { refuse } from '../lib/refuse.ts';
import { PROTOCOL_VERSION } from '@latchbox/shared/realtime/version';
import { type Abortable, waitFor } from '../lib/scope.ts';
import { Store } from '../lib/readable.ts';
import type { Core } from '../core.ts';
import type { Link } from '../transport.ts';
import { readAck } from './commands.ts';
import { codeRange, SessionKeeper } from './session.ts';
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
  readonly state: Store<ConnectionState>;
  readonly #core: Core;
  readonly #parts: ConnectionParts;
  readonly #session: SessionKeeper;
  #phase: Phase = { name: 'idle' };
  #attempt = 1;
  #address = 0;
  #wasUp = false;
  #slow = false;
  #error: AnyLatchboxError | undefined;
  #why: 'first' | 'expired' = 'first';
  #heardAt = 0;
  #stopSlow: (() => void) | undefined;
  #stopHints: (() => void) | undefined;

  constructor(core: Core, parts: ConnectionParts) {
    this.#core = core;
    this.#parts = parts;
    this.#session = new SessionKeeper(core.runtime);
    this.state = new Store<ConnectionState>(core.scope, { name: 'idle' });
  }

  /** Resolves once connected. Rejects with `unauthenticated`, `forbidden`, `…_too_old`, `timeout`, `aborted`, `closed`. */
  connect(options: Abortable): Promise<void> {
    if (this.#phase.name === 'idle' || this.#phase.name === 'needs-auth') this.#begin();
    return waitFor<void>(this.#core.scope, options.signal, (resolve, reject) => {
      const check = (): void => {
        const state = this.state.getSnapshot();
        if (state.name === 'connected') resolve();
        else if (state.name === 'needs-auth' || state.name === 'outdated') reject(state.error);
        else if (state.name === 'closed') reject(refuse('closed'));
      };
      const off = this.state.subscribe(check);
      const stop = this.#core.runtime.setTimer(this.#core.timings.connectTimeout, () =>
        reject(refuse('timeout')),
      );
      check();
      return () => {
        off();
        stop();
      };
    });
  }

  /** `slow`: gone for longer than `slowAfter`, or not about to come back by itself. */
  get line(): 'up' | 'down' | 'slow' {
    const { name } = this.#phase;
    if (name === 'up') return name;
    const trying = name === 'waiting' || name === 'authorizing' || name === 'greeting';
    return trying && !this.#slow ? 'down' : 'slow';
  }

  close(): void {
    this.#stopHints?.();
    this.#enter({ name: 'closed' });
    this.#session.forget();
  }

  #begin(): void {
    const { online, visible } = this.#core.runtime;
    if (this.#stopHints === undefined) {
      // Hints that trying now may help: they end the waiting, and nothing else.
      const hurry = (): void => {
        if (this.#phase.name === 'waiting') this.#authorize();
      };
      const offs = [online, visible].map((hint) => hint.subscribe(() => hint.get() && hurry()));
      this.#stopHints = () => {
        for (const off of offs) off();
      };
    }
    this.#attempt = 1;
    this.#authorize();
  }

  #authorize(): void {
    const abort = new AbortController();
    const stopTimer = this.#core.runtime.setTimer(STEP_TIMEOUT, () => this.#lost(refuse('timeout')));
    const stop = (): void => {
      stopTimer();
      abort.abort();
    };
    const phase: Phase = { name: 'authorizing', stop };
    this.#enter(phase);
    const why = this.#why;
    const token = async (): Promise<string> => await this.#parts.auth(why, { signal: abort.signal });
    Promise.all([token(), this.#session.resumable()]).then(
      ([got, resume]) => {
        if (this.#phase === phase) this.#open(got, resume);
      },
      (error: unknown) => {
        if (this.#phase !== phase) return;
        if (LatchboxError.is(error, 'unauthenticated', 'forbidden'))
          this.#enter({ name: 'needs-auth', error });
        else this.#lost(refuse('offline', error));
      },
    );
  }

  #open(token: string, resume: UpInput<'hello'>['resume']): void {
    const { runtime } = this.#core;
    const { urls, transport, client } = this.#parts;
    const url = urls[this.#address % urls.length] ?? '';
    // What a connection still tells after it was left is told to nobody.
    const mine = (): boolean => this.#phase.link === link;
    const link = transport.open(url, {
      opened: () => {
        if (!mine()) return;
        const saidAt = runtime.now();
        const input: UpInput<'hello'> = {
          protocol: PROTOCOL_VERSION,
          client,
          token,
          resume,
          device: runtime.device,
        };
        link.request('hello', input, (ack) => {
          if (this.#phase.name === 'greeting' && mine()) this.#greeted(link, ack, saidAt);
        });
      },
      frame: (frame) => {
        if (mine()) this.#frame(frame);
      },
      closed: (reason) => {
        if (mine()) this.#lost(refuse('offline', reason));
      },
    });
    const stop = runtime.setTimer(STEP_TIMEOUT, () => this.#lost(refuse('timeout')));
    this.#enter({ name: 'greeting', stop, link });
  }

  #greeted(link: Link, ack: unknown, saidAt: number): void {
    const { clock, runtime } = this.#core;
    const answer = readAck(ack);
    if ('error' in answer) {
      // Refused although the token is a fresh one: asking for another is of no use.
      const useless = this.#why === 'expired';
      this.#refused(answer.error, useless ? 'needs-auth' : 'now');
      return;
    }
    const greeting = answer.result as Greeting;
    this.#session.keep({ id: greeting.session.id, key: greeting.session.key });
    clock.restart();
    clock.sample(greeting.serverTime, (saidAt + runtime.now()) / 2);
    this.#heardAt = runtime.now();
    this.#why = 'first';
    this.#parts.greeted(greeting, link).then(
      () => {
        if (this.#phase.link === link) this.#current(link, greeting);
      },
      (error: unknown) => {
        if (this.#phase.link === link) this.#refused(error as LatchboxError, 'later');
      },
    );
  }

  /** Everything up to now is applied. */
  #current(link: Link, greeting: Greeting): void {
    this.#attempt = 0;
    this.#wasUp = true;
    this.#error = undefined;
    const silent = watchSilence(
      this.#core,
      greeting.headBeat,
      () => this.#heardAt,
      () => this.#lost(refuse('timeout')),
    );
    const refresh = refreshToken(this.#core, this.#parts.auth, this.#parts, greeting.tokenEndsAt);
    const stop = (): void => {
      silent();
      refresh();
    };
    this.#move({ name: 'up', link, greeting, stop });
    this.#parts.up();
    this.#publish();
  }

  /** Gives this connection up and makes the next one, which is told what this one missed. */
  restart(error: LatchboxError): void {
    if (this.#phase.link !== undefined) this.#lost(error);
  }

  /** The server refuses this client, or said goodbye. `again`: what a code that asks for a new token leads to. */
  #refused(error: LatchboxError, again: 'now' | 'later' | 'needs-auth', retryAfter?: number | null): void {
    const any = error as AnyLatchboxError;
    // The session goes on somewhere else (a duplicated tab, where tabs cannot see each other), or what was stored of it is no
    // session at all. To resume it again would be refused again, or drop the other one: a session of our own it is.
    if (any.code === 'conflict' || any.code === 'invalid') this.#session.forget();
    switch (codeRange(error)) {
      case 'stop':
        this.#enter({ name: 'outdated', error: any });
        return;
      case 're-authenticate':
        if (any.code === 'forbidden' || again === 'needs-auth') {
          this.#why = 'expired';
          this.#enter({ name: 'needs-auth', error: any });
          return;
        }
        this.#why = 'expired';
        if (again === 'now') this.#authorize();
        else this.#lost(any);
        return;
      case 'retry':
        this.#lost(any, retryAfter ?? (any.code === 'rate_limited' ? any.details.retryAfterMs : 0));
    }
  }

  /** Waits and tries the next address. `retryAfter` (ms) is the wish of one server: another one may be asked before. */
  #lost(error: LatchboxError, retryAfter = 0): void {
    const { runtime, timings } = this.#core;
    this.#error = error as AnyLatchboxError;
    this.#attempt += 1;
    this.#address += 1;
    const most = Math.min(BACKOFF_MOST, BACKOFF_FIRST * 2 ** Math.min(this.#attempt - 1, 10));
    const asked = this.#parts.urls.length > 1 ? 0 : retryAfter;
    const stop = runtime.setTimer(asked + runtime.random() * most, () => this.#authorize());
    if (this.#wasUp && this.#stopSlow === undefined) {
      this.#stopSlow = runtime.setTimer(timings.slowAfter, () => {
        this.#slow = true;
        this.#parts.slow();
        this.#publish();
      });
    }
    this.#enter({ name: 'waiting', stop });
  }

  #frame(frame: unknown): void {
    const items: unknown = (frame as Partial<Frame> | null | undefined)?.items;
    this.#heardAt = this.#core.runtime.now();
    if (!Array.isArray(items)) return;
    const phase = this.#phase;
    for (const item of items as Frame['items']) {
      if (this.#phase !== phase) break;
      this.#core.scope.run('A message of the server could not be used.', () => {
        if (item.t === 'goodbye') this.#refused(fromWireError(item), 'later', item.retryAfterMs);
        else this.#parts.item(item);
      });
    }
    this.#parts.frameDone();
  }

  #enter(next: Phase): void {
    this.#move(next);
    this.#publish();
  }

  #move(next: Phase): void {
    const before = this.#phase;
    this.#phase = next;
    before.stop?.();
    if (next.name === 'up' || 'error' in next || next.name === 'closed') {
      this.#stopSlow?.();
      this.#stopSlow = undefined;
      this.#slow = false;
    }
    if (before.link === undefined || before.link === next.link) return;
    before.link.close();
    this.#parts.down();
  }

  /** The public state is a projection of the private one (R3). */
  #publish(): void {
    const phase = this.#phase;
    const error = this.#error;
    const attempt = this.#attempt;
    switch (phase.name) {
      case 'idle':
      case 'closed':
        return this.state.put({ name: phase.name });
      case 'needs-auth':
      case 'outdated':
        return this.state.put({ name: phase.name, error: phase.error } as ConnectionState);
      case 'up': {
        const { id, resumed } = phase.greeting.session;
        return this.state.put({ name: 'connected', sessionId: id, resumed });
      }
      case 'authorizing':
      case 'greeting':
      case 'waiting':
        if (error === undefined) return this.state.put({ name: 'connecting', attempt });
        if (!this.#wasUp) return this.state.put({ name: 'connecting', attempt, error });
        return this.state.put({ name: 'reconnecting', attempt, slow: this.#slow, error });
    }
  }
}
