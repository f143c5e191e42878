import { type Conversation, composerAffordances } from '@latchbox/client';
import { fill, h, show } from './dom';
import { client } from './latchbox';
import { barWords, BUTTONS } from './words';

/** A part of the page, and what ends its watching. */
export interface Part {
  readonly element: HTMLElement;
  close(): void;
}

/** Who may write, and what can be done about it. */
export function lockBar({ lock }: Conversation): Part {
  const element = h('div', { role: 'status', 'aria-label': 'Lock' });
  const render = (): void => {
    const state = lock.getSnapshot();
    const { banner, actions } = composerAffordances(state, client.connection.getSnapshot());
    const words = barWords(state, banner);
    const buttons = actions
      .filter((action) => action !== 'stay')
      .map((action) => {
        // A refusal (somebody was quicker) shows in the lock's state by itself.
        const act = (): void => void Promise.resolve(lock[action]()).catch(() => {});
        return h('button', { type: 'button', onclick: act }, BUTTONS[action]);
      });
    element.hidden = words === '';
    element.className = `bar ${banner ?? ''}`;
    fill(element, h('span', {}, words), ...buttons);
  };
  const stops = [show(lock, render), client.connection.subscribe(render)];
  return { element, close: () => stops.forEach((stop) => stop()) };
}

/** "Are you still working?", counted down by the server's clock. */
export function idleQuestion({ lock }: Conversation): Part {
  const seconds = h('b');
  const element = h(
    'div',
    { class: 'bar still-working', role: 'alert', 'aria-label': 'Are you still working?' },
    h('span', {}, 'Are you still working? Your text is kept; the conversation is free in ', seconds, '.'),
    h('button', { type: 'button', onclick: () => lock.stay() }, 'Yes'),
    h('button', { type: 'button', onclick: () => void lock.release() }, 'No'),
  );
  let stopTick = (): void => {};
  const tick = (): void => {
    stopTick();
    const state = lock.getSnapshot();
    const deadline =
      state.status === 'mine' && state.idle.phase === 'asked' ? state.idle.deadline : undefined;
    element.hidden = deadline === undefined;
    if (deadline === undefined) return;
    const left = Math.max(0, deadline - client.clock.now());
    seconds.textContent = `${Math.ceil(left / 1_000)} s`;
    if (left > 0) stopTick = client.clock.later(left % 1_000 || 1_000, tick);
  };
  const stop = show(lock, tick);
  return {
    element,
    close() {
      stop();
      stopTick();
    },
  };
}
