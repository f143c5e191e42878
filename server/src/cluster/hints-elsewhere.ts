/**
 * Whether anybody elsewhere listens to a channel. A single server on Redis would send each hint out only to read its own copy again, on
 * the connection and in the turn that the next command waits for.
 */
import type { Clock } from '../lib/clock.ts';

/** Ms for which it is believed that nobody else listens. Whoever begins to says so at once; this is for when that is lost. */
export const BELIEVED_FOR = 1_000;

/** What is known of a channel. There is nothing of one to which others listen: each of its messages goes out. */
type Known =
  | {
      /** A message is on its way that will tell. */
      readonly kind: 'asked';
      readonly no: number;
      /** Monotonic ms. */
      readonly at: number;
      /** How many subscribers Redis gave it to, */
      receivers?: number;
      /** and whether our own subscription was one of them. */
      back: boolean;
    }
  | { readonly kind: 'alone'; readonly until: number };

/** A message that has to go out. */
export interface Outgoing {
  /** What its copy is known by when it comes back; undefined: nobody waits for it. */
  readonly no: number | undefined;
  /** Redis has given it to so many subscribers. */
  readonly given: (receivers: number) => void;
}

export interface Elsewhere {
  /** For a message that is to be published now. Undefined: it reaches nobody outside this process. */
  readonly outgoing: (channel: string) => Outgoing | undefined;
  /** The copy of our message `no` came back. */
  readonly cameBack: (channel: string, no: number) => void;
  /** Somebody elsewhere began to listen, or was heard, or our own subscriptions were gone for a while: what was known counts no more. */
  readonly forget: () => void;
}

const untold: Outgoing = { no: undefined, given: () => undefined };

/**
 * One message of each second asks: Redis counts those it gives it to, and our own copy of it proves that one of them is us. If there was
 * no other, none needs to go out for a second. Another server that subscribes says so afterwards; its word overtakes no answer, because
 * answers to what went out before it came are not believed any more.
 */
export function createElsewhere(clock: Pick<Clock, 'monotonic'>): Elsewhere {
  const channels = new Map<string, Known>();
  let asked = 0;

  function settle(channel: string, known: Known): void {
    // By the object: one that was forgotten meanwhile is not in the map.
    if (known.kind !== 'asked' || channels.get(channel) !== known) return;
    if (known.receivers === undefined || !known.back) return;
    if (known.receivers === 1) channels.set(channel, { kind: 'alone', until: known.at + BELIEVED_FOR });
    else channels.delete(channel);
  }

  return {
    outgoing(channel) {
      const now = clock.monotonic();
      const known = channels.get(channel);
      if (known?.kind === 'alone' && now < known.until) return undefined;
      // One that got no answer for as long was lost.
      if (known?.kind === 'asked' && now < known.at + BELIEVED_FOR) return untold;
      asked += 1;
      const question: Known = { kind: 'asked', no: asked, at: now, back: false };
      channels.set(channel, question);
      return {
        no: question.no,
        given(receivers) {
          question.receivers = receivers;
          settle(channel, question);
        },
      };
    },
    cameBack(channel, no) {
      const known = channels.get(channel);
      if (known?.kind !== 'asked' || known.no !== no) return;
      known.back = true;
      settle(channel, known);
    },
    forget: () => channels.clear(),
  };
}
