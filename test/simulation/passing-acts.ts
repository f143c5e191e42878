/** Somebody waits, asks, passes on and takes over (L11–L13). */
import { inConversation, where } from './act.ts';
import { AGENTS } from './office.ts';

export const PASSING_ON = {
  queue: where(
    'theirs',
    inConversation(
      4,
      (seat, name) =>
        seat.ask(`turn in ${name}`, seat.conversation(name).lock.acquire({ whenHeld: 'queue' })),
      (who, what) => `${who} waits for the turn in ${what}`,
    ),
  ),
  join: inConversation(
    3,
    (seat, name) => void seat.conversation(name).lock.join(),
    (who, what) => `${who} wants to be told when ${what} is free`,
  ),
  leaveLine: inConversation(
    2,
    (seat, name) => seat.ask(`leaving the line of ${name}`, seat.conversation(name).lock.leaveLine()),
    (who, what) => `${who} waits no longer for ${what}`,
  ),
  accept: where(
    'offered',
    inConversation(
      4,
      (seat, name) => seat.ask(`offer of ${name}`, seat.conversation(name).lock.acceptOffer()),
      (who, what) => `${who} takes what is offered of ${what}`,
    ),
  ),
  ask: where(
    'theirs',
    inConversation(
      5,
      (seat, name) => seat.ask(`question about ${name}`, seat.conversation(name).lock.ask('May I?')),
      (who, what) => `${who} asks the holder for ${what}`,
    ),
  ),
  answer: where(
    'mine',
    inConversation(
      4,
      (seat, name, extra) => {
        const { lock } = seat.conversation(name);
        const state = lock.getSnapshot();
        const [asked] = state.status === 'mine' ? state.asks : [];
        if (asked !== undefined)
          seat.ask(`answer in ${name}`, lock.answer(asked.id, extra < 600 ? 'pass' : 'keep'));
      },
      (who, what, extra) => `${who} answers whoever asks for ${what}: ${extra < 600 ? 'yes' : 'no'}`,
    ),
  ),
  handOver: where(
    'mine',
    inConversation(
      4,
      (seat, name, extra, world) => {
        const state = seat.conversation(name).lock.getSnapshot();
        const to = AGENTS[extra % 5];
        const id = to === undefined ? null : world.office.agents[to].id;
        if (state.status === 'mine') seat.ask(`hand-over of ${name}`, state.lock.handOver(id, 'Over to you'));
      },
      (who, what, extra) => `${who} hands ${what} over to ${AGENTS[extra % 5] ?? 'nobody after all'}`,
    ),
  ),
  takeOver: where(
    'theirs',
    inConversation(
      3,
      (seat, name) => seat.ask(`take-over of ${name}`, seat.conversation(name).lock.takeOver('It is urgent')),
      (who, what) => `${who} takes ${what} over`,
    ),
  ),
};
