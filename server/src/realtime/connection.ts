import type { ErrorCode } from '@latchbox/shared';
import type { Holder } from '../collaboration/holder.ts';
import type { VerifiedToken } from '../directory/api.ts';
import { frameOf, itemJson } from './frame.ts';
import type { Peer } from './peer.ts';
import type { Limiter } from './rates.ts';

/**
 * Why nothing more is done for a connection: `closing`: its client was told goodbye. `replaced`: its session goes on over a
 * newer one. `session_closed`: its client ended the session. `gone`: the wire is closed.
 */
export type ConnectionEnd = 'closing' | 'replaced' | 'session_closed' | 'gone';

/** A connection that said hello: whose it is, and what it gets. */
export class LiveConnection {
  readonly peer: Peer;
  readonly holder: Holder;
  readonly limiter: Limiter;
  /** What its token said; a fresh token takes its place. */
  token: VerifiedToken;
  /** When a kind of activity in a conversation last went on from here, as a monotonic reading in ms. */
  activity: Map<string, number> | undefined = undefined;
  end: ConnectionEnd | undefined = undefined;
  /** The inboxes in which its agent is shown as present. */
  inboxIds: readonly string[];

  constructor(
    peer: Peer,
    holder: Holder,
    about: { readonly token: VerifiedToken; readonly limiter: Limiter; readonly inboxIds: readonly string[] },
  ) {
    this.peer = peer;
    this.holder = holder;
    this.token = about.token;
    this.limiter = about.limiter;
    this.inboxIds = about.inboxIds;
  }
}

/** What a client is told when the server closes its connection. */
export interface Goodbye {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** Says why the connection is about to be closed. */
export function tellGoodbye(peer: Peer, { code, message, retryAfterMs }: Goodbye): void {
  peer.send(frameOf([itemJson({ t: 'goodbye', code, message, retryAfterMs: retryAfterMs ?? null })]));
}

/** Says why, and closes. */
export function sayGoodbye(peer: Peer, goodbye: Goodbye): void {
  tellGoodbye(peer, goodbye);
  peer.close();
}
