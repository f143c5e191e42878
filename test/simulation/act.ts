/** What an act is, and the forms that most of them have. */
import type { Random } from './chance.ts';
import { CONVERSATIONS, type ConversationName } from './office.ts';
import type { Seat } from './seat.ts';
import { SEATS, type World } from './world.ts';

/** Numbers that were drawn when the plan was made. What they mean is the act's. */
export type Params = readonly number[];

export interface Act {
  /** How often, beside the others. */
  readonly weight: number;
  /** Something breaks: more often or never, as the plan's trouble is. */
  readonly isFault?: true;
  readonly make: (random: Random) => Params;
  readonly run: (world: World, params: Params) => void;
  readonly say: (params: Params) => string;
}

export const any = (random: Random, many: number): number => Math.floor(random() * many);
export const seatName = (at = 0): string => SEATS[at % SEATS.length]?.name ?? '';
export const named = (at = 0): ConversationName => CONVERSATIONS[at % CONVERSATIONS.length] ?? 'first';

/** Somebody does something in a conversation. `extra`: more numbers. */
export function inConversation(
  weight: number,
  run: (seat: Seat, name: ConversationName, extra: number, world: World) => void,
  say: (who: string, what: string, extra: number) => string,
): Act {
  return {
    weight,
    // The first conversation more often than the others: that is where people meet.
    make: (random) => [any(random, SEATS.length), random() < 0.4 ? 0 : any(random, 4), any(random, 1_000)],
    run: (world, [who = 0, where = 0, extra = 0]) => run(world.seat(who), named(where), extra, world),
    say: ([who = 0, where = 0, extra = 0]) => say(seatName(who), `the ${named(where)} conversation`, extra),
  };
}

type LockStatus = ReturnType<ReturnType<Seat['conversation']>['lock']['getSnapshot']>['status'];

/** The same where the lock is as it must be for that to make sense, if there is such a conversation. */
export function where(status: LockStatus, act: Act): Act {
  return {
    ...act,
    run(world, [who = 0, at = 0, extra = 0]) {
      const seat = world.seat(who);
      const is = (name: ConversationName): boolean =>
        seat.conversation(name).lock.getSnapshot().status === status;
      // Beginning with the one that was drawn; now and then that one all the same.
      const order = CONVERSATIONS.map((_, index) => (at + index) % CONVERSATIONS.length);
      const found = extra % 8 === 0 ? at : (order.find((index) => is(named(index))) ?? at);
      if (found !== at) world.tell(`    which is the ${named(found)} one, where the lock is ${status}`);
      act.run(world, [who, found, extra]);
    },
  };
}
