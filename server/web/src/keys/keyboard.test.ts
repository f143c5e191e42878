// @vitest-environment happy-dom
import { beforeEach, expect, it } from 'vitest';
import { createKeyboard } from './keyboard.ts';
import { shortcutOf } from './shortcuts.ts';

let time = 0;
let done: string[] = [];
beforeEach(() => {
  time = 0;
  done = [];
  document.body.innerHTML = '<textarea></textarea><div role="menu"><button>x</button></div><a href="#">y</a>';
});

function press(
  keyboard: ReturnType<typeof createKeyboard>,
  key: string,
  on = 'a',
  more: KeyboardEventInit = {},
) {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  const listen = (heard: Event): void => keyboard.onKeyDown(heard as KeyboardEvent);
  addEventListener('keydown', listen);
  document.querySelector(on)?.dispatchEvent(event);
  removeEventListener('keydown', listen);
  return event.defaultPrevented;
}

it('knows single keys, and those after g', () => {
  expect(shortcutOf('j', false)).toBe('next');
  expect(shortcutOf('u', false)).toBe('unread');
  expect(shortcutOf('u', true)).toBe('go-unassigned');
  expect(shortcutOf('g', false)).toBeNull();
  expect(shortcutOf('x', false)).toBeNull();
});

it('does what was bound last, and what was bound before once that is gone', () => {
  const keyboard = createKeyboard(() => time);
  keyboard.bind('archive', () => done.push('first'));
  const unbind = keyboard.bind('archive', () => done.push('second'));
  expect(press(keyboard, 'e')).toBe(true);
  unbind();
  press(keyboard, 'e');
  expect(done).toEqual(['second', 'first']);
  expect(press(keyboard, 's')).toBe(false);
});

it('waits for the second key after g, for a moment', () => {
  const keyboard = createKeyboard(() => time);
  keyboard.bind('go-mine', () => done.push('mine'));
  keyboard.bind('unread', () => done.push('unread'));
  press(keyboard, 'g');
  press(keyboard, 'm');
  press(keyboard, 'm');
  press(keyboard, 'g');
  time += 2_000;
  press(keyboard, 'u');
  expect(done).toEqual(['mine', 'unread']);
});

it('leaves text, menus and held keys alone; Esc leaves a text', () => {
  const keyboard = createKeyboard(() => time);
  keyboard.bind('archive', () => done.push('archive'));
  keyboard.bind('back', () => done.push('back'));
  press(keyboard, 'e', 'textarea');
  press(keyboard, 'e', 'button');
  press(keyboard, 'e', 'a', { ctrlKey: true });
  press(keyboard, 'Escape', 'button');
  expect(done).toEqual([]);
  press(keyboard, 'Escape', 'textarea');
  expect(done).toEqual(['back']);
});
