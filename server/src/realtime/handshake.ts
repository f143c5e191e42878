import {
  LatchboxError,
  MIN_SUPPORTED_PROTOCOL,
  PROTOCOL_VERSION,
  UP,
  type UpInput,
  type UpResult,
} from '@latchbox/shared';
import type { Sessions, StartedSession } from '../collaboration/api.ts';
import type { Directory, VerifiedToken } from '../directory/api.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { storable } from '../lib/storable.ts';
import { LiveConnection } from './connection.ts';
import type { Connections } from './connections.ts';
import { foreignOrigin } from './foreign-origin.ts';
import { invalidInput } from './invalid.ts';
import { originFits } from './origins.ts';
import type { Peer } from './peer.ts';
import { createLimiter } from './rates.ts';
import type { RealtimeSettings } from './settings.ts';

export interface HandshakeDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly sessions: Pick<Sessions, 'start' | 'resume'>;
  readonly directory: Pick<Directory, 'verifyToken' | 'inboxesAsOf'>;
  readonly connections: Connections;
  readonly logEpoch: string;
  readonly settings: RealtimeSettings;
}

export interface Greeted {
  readonly connection: LiveConnection;
  readonly result: UpResult<'hello'>;
  /** Streams to subscribe to along with it. */
  readonly subscribe: UpInput<'hello'>['subscribe'];
}

/**
 * Answers `hello`: whose token it is, and the session it starts or carries on. Throws `client_too_old`, `server_too_old`,
 * `invalid`, `unauthenticated`, `forbidden` (the token is not for this page), `rate_limited`.
 */
export async function greet(
  deps: HandshakeDeps,
  peer: Peer,
  raw: unknown,
  isThere: () => boolean,
): Promise<Greeted> {
  const { clock, directory, settings } = deps;
  const hello = readHello(raw);
  const token = await directory.verifyToken(hello.token);
  const { agent } = token;
  if (!originFits(token, peer)) {
    deps.log.warn('A page was refused: its origin may not use this token', {
      origin: peer.origin,
      agentId: agent.id,
    });
    throw foreignOrigin(peer.origin ?? '');
  }
  const wait = deps.connections.limiterOf(agent.id).take('hello', clock.monotonic());
  if (wait !== undefined) throw new LatchboxError('rate_limited', { retryAfterMs: wait });
  const { inboxes, seq } = await directory.inboxesAsOf(agent.id);
  // Last: from here on there is a session that must be told of the connection's end.
  const session = await startOrResume(deps.sessions, hello, token, isThere);
  const connection = new LiveConnection(peer, session.holder, {
    token,
    limiter: createLimiter(settings.rates),
    inboxIds: inboxes.map(({ id }) => id),
  });
  return {
    connection,
    subscribe: hello.subscribe,
    result: {
      protocol: PROTOCOL_VERSION,
      serverTime: clock.now(),
      session: { id: session.holder.sessionId, key: session.key, resumed: session.resumed },
      me: agent,
      logEpoch: deps.logEpoch,
      inboxes,
      asOf: { stream: `agent:${agent.id}`, logEpoch: deps.logEpoch, seq },
      locks: session.locks.map(({ conversationId, lock }) => ({ conversationId, lock })),
      headBeat: settings.headBeat,
      typingEvery: settings.typingEvery,
      tokenEndsAt: token.endsAt,
    },
  };
}

/** The version comes first: a client of another one may say things that this one does not know. */
function readHello(raw: unknown): UpInput<'hello'> {
  const protocol = typeof raw === 'object' && raw !== null && 'protocol' in raw ? raw.protocol : undefined;
  if (typeof protocol === 'number') {
    if (protocol < MIN_SUPPORTED_PROTOCOL)
      throw new LatchboxError('client_too_old', { minimum: MIN_SUPPORTED_PROTOCOL });
    if (protocol > PROTOCOL_VERSION)
      throw new LatchboxError('server_too_old', { protocol: PROTOCOL_VERSION });
  }
  const read = UP.hello.input.safeParse(raw);
  if (!read.success) throw invalidInput(read.error);
  return read.data;
}

async function startOrResume(
  sessions: HandshakeDeps['sessions'],
  { resume, device }: UpInput<'hello'>,
  { agent, signInId }: VerifiedToken,
  isThere: () => boolean,
): Promise<StartedSession> {
  const called = storable(device);
  const start = {
    agentId: agent.id,
    agentName: agent.name,
    signInId,
    device: called,
    kind: 'socket',
  } as const;
  const resumed = resume === null ? undefined : await sessions.resume({ ...start, ...resume, isThere });
  return resumed ?? (await sessions.start(start));
}
