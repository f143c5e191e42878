import type { Frame } from '@latchbox/shared/realtime/down/index';
import type { UpInput, UpResult } from '@latchbox/shared/realtime/up/index';
import type { AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
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
  /** Name and version of this client, for the server's log. */
  readonly client: string;
  /** Greeted. Resolves when all that happened before is applied; what it rejects with ends the connection. */
  greeted(greeting: Greeting, link: Link): Promise<void>;
  /** From now on the connection is open to everything; `connected` is told afterwards. */
  up(): void;
  /** A greeted connection is lost. */
  down(): void;
  /** Gone for longer than `slowAfter`. */
  slow(): void;
  item(item: Exclude<DownItem, { t: 'goodbye' }>): void;
  /** All items of a frame have been told. */
  frameDone(): void;
  refresh(input: UpInput<'auth.refresh'>): Promise<UpResult<'auth.refresh'>>;
}

/** What the machine is doing. The timers of a phase end with it; a link ends unless the next phase has the same. */
export type Phase = { readonly stop?: () => void; readonly link?: Link } & (
  | { readonly name: 'idle' | 'authorizing' | 'greeting' | 'waiting' | 'closed' }
  | { readonly name: 'up'; readonly link: Link; readonly greeting: Greeting }
  | { readonly name: 'needs-auth' | 'outdated'; readonly error: AnyLatchboxError }
);
