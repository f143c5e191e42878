import type { Frame } from '@latchbox/shared/realtime/down/index';
import type { UpInput, UpResult } from '@latchbox/shared/realtime/up/index';
import type { AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
import type { ServerTime } from './clock.ts';
import type { Voice } from './commands.ts';
import type { Store } from '../lib/readable.ts';
import type { Runtime } from '../runtime.ts';
import type { Link, Transport } from '../transport.ts';

/** Where the connection stands. `connected` only after the server has greeted this session. */
export type ConnectionState =
  | { readonly name: 'idle' }
  | { readonly name: 'connecting'; readonly attempt: number; readonly error?: AnyLatchboxError }
  | { readonly name: 'connected'; readonly sessionId: string; readonly resumed: boolean }
  | {
      readonly name: 'reconnecting';
      readonly attempt: number;
      /** Gone for longer than `timings.slowAfter`: worth a word to people. */
      readonly slow: boolean;
      readonly error: AnyLatchboxError;
    }
  | {
      readonly name: 'needs-auth';
      readonly error: LatchboxError<'unauthenticated'> | LatchboxError<'forbidden'>;
    }
  | {
      readonly name: 'outdated';
      readonly error: LatchboxError<'client_too_old'> | LatchboxError<'server_too_old'>;
    }
  | { readonly name: 'closed' };

/**
 * Brings a token. Called before every handshake, and with `expired` when the last one is refused or about to end. Throwing
 * `unauthenticated` or `forbidden` leads to `needs-auth`; anything else that it throws is tried again later.
 */
export type Auth = (why: 'first' | 'expired', options: { readonly signal: AbortSignal }) => Promise<string>;

export type Greeting = UpResult<'hello'>;
export type DownItem = Frame['items'][number];

/** What the connection needs, and whom it tells. */
export interface ConnectionParts {
  readonly urls: readonly string[];
  readonly auth: Auth;
  readonly transport: Transport;
  readonly runtime: Runtime;
  /** Name and version of this client, for the server's log. */
  readonly client: string;
  readonly state: Store<ConnectionState>;
  /** How the connection stands, told before anything that follows from it. */
  setLine(line: 'up' | 'down' | 'slow'): void;
  /** What to subscribe to along with the greeting, asked right before it is said. */
  subscribe(): UpInput<'hello'>['subscribe'];
  /** Greeted. Resolves when all that happened before is applied; what it rejects with ends the connection. */
  greeted(greeting: Greeting, voice: Voice): Promise<void>;
  /** From now on the connection is open to everything; `connected` is told afterwards. */
  up(voice: Voice): void;
  /** A connection is lost, greeted or not. */
  down(): void;
  item(item: Exclude<DownItem, { t: 'goodbye' }>): void;
  /** All items of a frame have been told. */
  frameDone(): void;
  readonly refresh: (input: UpInput<'auth.refresh'>) => Promise<UpResult<'auth.refresh'>>;
}

/** What the machine is doing. The timers and the link of a phase end with it. */
export interface Phase {
  /** From `trying` to `up` it is one phase, with one link. */
  name: 'trying' | 'up' | 'waiting' | 'needs-auth' | 'outdated' | 'closed';
  readonly error?: AnyLatchboxError | undefined;
  link?: Link;
  /** A hello was said on it, and not answered yet. */
  asked?: boolean;
  /** Until then its token, a new one, is as good as any: whoever is refused under it is refused. */
  goodUntil?: ServerTime;
  stops: (() => void)[];
}
