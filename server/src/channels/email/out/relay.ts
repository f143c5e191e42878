import type { Clock } from '../../../lib/clock.ts';
import { type DeliveryAnswer, unreachable } from '../../../messaging/delivery/channel.ts';
import { type RelayMail, type RelaySettings, SmtpSession } from './smtp-session.ts';

/** Hands mails to a mail server that delivers them. */
export interface Relay {
  /**
   * Hands one mail over. Throws when nobody can know whether the relay took it: the connection broke after its last byte and
   * before the answer. `signal` breaks the connection.
   */
  hand(mail: RelayMail, signal: AbortSignal): Promise<DeliveryAnswer>;
}

/** At most so many connections at a time: relays count them. */
const MOST_AT_ONCE = 5;
/** A mail that waits longer for its turn (ms) comes back later: its claim must last for the sending. */
const LONGEST_WAIT = 25_000;
/** A connection over which nothing left for so long (ms) is ended, and one over which so many mails left. */
const IDLE = 1_000;
const MOST_OVER_ONE = 100;

export function createRelay(settings: RelaySettings, clock: Pick<Clock, 'setTimer'>): Relay {
  const turns = createTurns(MOST_AT_ONCE, clock);
  const idle = createIdle(clock);

  /** The one used last first: it is the likeliest to be there still. */
  async function hand(mail: RelayMail, signal: AbortSignal): Promise<DeliveryAnswer> {
    for (;;) {
      const session = idle.take() ?? new SmtpSession(settings);
      try {
        const answer = await session.hand(mail, signal);
        if (answer !== undefined) return answer;
      } finally {
        if (session.alive && session.mails < MOST_OVER_ONE) idle.put(session);
        else if (session.alive) session.quit();
        else session.close();
      }
    }
  }

  return {
    async hand(mail, signal) {
      const done = await turns.take(signal);
      if (done === undefined) return unreachable('too many mails were waiting for the relay');
      try {
        return await hand(mail, signal);
      } finally {
        done();
      }
    },
  };
}

/** Connections that wait for the next mail; never more than there are turns. */
function createIdle(clock: Pick<Clock, 'setTimer'>) {
  const waiting: { readonly session: SmtpSession; readonly cancel: () => void }[] = [];
  return {
    take(): SmtpSession | undefined {
      for (;;) {
        const last = waiting.pop();
        if (last === undefined) return undefined;
        last.cancel();
        if (last.session.alive) return last.session;
        last.session.close();
      }
    },
    put(session: SmtpSession): void {
      const cancel = clock.setTimer(IDLE, () => {
        waiting.splice(waiting.indexOf(entry), 1);
        session.quit();
      });
      const entry = { session, cancel };
      waiting.push(entry);
    },
  };
}

/** Lets so many through at a time; the others wait in order. */
function createTurns(most: number, clock: Pick<Clock, 'setTimer'>) {
  let free = most;
  const waiting: ((done: () => void) => void)[] = [];
  const release = () => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next(release);
  };
  return {
    /** Undefined: aborted, or waited too long, before it was its turn. */
    take(signal: AbortSignal): Promise<(() => void) | undefined> {
      if (free > 0) {
        free -= 1;
        return Promise.resolve(release);
      }
      return new Promise((resolve) => {
        const go = (done: (() => void) | undefined) => {
          signal.removeEventListener('abort', giveUp);
          cancel();
          resolve(done);
        };
        const giveUp = () => {
          waiting.splice(waiting.indexOf(go), 1);
          go(undefined);
        };
        const cancel = clock.setTimer(LONGEST_WAIT, giveUp);
        waiting.push(go);
        signal.addEventListener('abort', giveUp, { once: true });
      });
    },
  };
}
