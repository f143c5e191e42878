import {
  LatchboxError,
  type StreamFrom,
  type StreamId,
  toWireError,
  type UpInput,
  type UpResult,
} from '@latchbox/shared';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { LiveConnection } from './connection.ts';
import { type PresentDeps, presentIn } from './present-in.ts';
import type { Subscription } from './room.ts';
import type { Subscriptions } from './subscriptions.ts';

type Asked = NonNullable<UpInput<'hello'>['subscribe']>;
type Line = NonNullable<UpResult<'hello'>['streams']>[number];

export interface HelloStreamDeps {
  readonly subscriptions: Subscriptions;
  readonly presence: PresentDeps;
  readonly clock: Clock;
  readonly log: Log;
}

export interface HelloStreams {
  readonly lines: Line[];
  /** Begins the delivery, once the greeting is written. */
  start(): void;
}

/** Subscribes along with the greeting; what cannot be had says so in its line. */
export async function subscribeAtHello(
  deps: HelloStreamDeps,
  connection: LiveConnection,
  asked: Asked,
  own: UpResult<'hello'>['asOf'],
): Promise<HelloStreams> {
  const begun: Subscription[] = [];
  const lines: Line[] = [];
  for (const one of allOf(connection, asked, own)) {
    const { stream } = one;
    try {
      if (!isOwn(connection, stream)) takeOne(deps, connection);
      const { subscription, answer } = await deps.subscriptions.prepare(connection, one);
      begun.push(subscription);
      lines.push({
        stream,
        ok: true,
        ...answer,
        present: await presentIn(deps.presence, connection, stream),
      });
    } catch (error) {
      lines.push({ stream, ok: false, error: refusal(deps, stream, error) });
    }
  }
  return {
    lines,
    start: () => {
      for (const subscription of begun) {
        // Asking again, at whatever time, means that something was missed.
        subscription.answered = 0;
        deps.subscriptions.start(subscription);
      }
    },
  };
}

/** Whether the agent's memberships, as its greeting tells them, let it have the stream. */
function isOwn({ holder, inboxIds }: LiveConnection, stream: StreamId): boolean {
  return stream === `agent:${holder.agentId}` || inboxIds.includes(stream.slice('inbox:'.length));
}

/** One's own are few. Any other costs what `stream.subscribe` costs, or a thousand could be tried with each greeting. */
function takeOne({ clock }: HelloStreamDeps, { limiter }: LiveConnection): void {
  const wait = limiter.take('subscribe', clock.monotonic());
  if (wait !== undefined) throw new LatchboxError('rate_limited', { retryAfterMs: wait });
}

/** Every stream once. Of the agent's own, what came after its inboxes were read belongs to the delivery. */
function allOf(
  { inboxIds }: LiveConnection,
  { streams, rest }: Asked,
  own: UpResult<'hello'>['asOf'],
): StreamFrom[] {
  const all = new Map<StreamId, StreamFrom>(streams.map((one) => [one.stream, one]));
  if (rest) {
    if (own !== undefined && !all.has(own.stream)) {
      const { stream, logEpoch, seq } = own;
      all.set(stream, { stream, after: { logEpoch, seq } });
    }
    for (const id of inboxIds) {
      const stream = `inbox:${id}` as const;
      if (!all.has(stream)) all.set(stream, { stream, after: null });
    }
  }
  return [...all.values()];
}

function refusal({ log }: HelloStreamDeps, stream: StreamId, error: unknown) {
  if (LatchboxError.is(error)) return toWireError(error);
  log.error('A stream could not be subscribed to', { stream, error });
  return toWireError(new LatchboxError('internal', { ref: '' }));
}
