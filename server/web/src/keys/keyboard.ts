import { type ShortcutId, shortcutOf } from './shortcuts.ts';

/** How long after `g` its second key may come, in ms. */
const SECOND_KEY_WITHIN = 1_500;

/** What single keys do now. Parts of the page bind what they can do while they are shown; the one bound last acts. */
export interface Keyboard {
  /** Answers how to undo it. */
  bind(id: ShortcutId, act: () => void): () => void;
  /** A key went down somewhere on the page. */
  onKeyDown(event: KeyboardEvent): void;
}

const TEXT = 'input, textarea, select, [contenteditable="true"]';
/** Widgets with keys of their own. */
const OWN_KEYS = '[role="menu"], [role="dialog"], [role="listbox"], [role="alertdialog"]';

export function createKeyboard(now: () => number = () => performance.now()): Keyboard {
  const bound = new Map<ShortcutId, (() => void)[]>();
  let gUntil = 0;

  function act(id: ShortcutId, event: KeyboardEvent): void {
    const last = bound.get(id)?.at(-1);
    if (last === undefined) return;
    event.preventDefault();
    last();
  }

  return {
    bind(id, does) {
      bound.set(id, [...(bound.get(id) ?? []), does]);
      return () =>
        bound.set(
          id,
          (bound.get(id) ?? []).filter((one) => one !== does),
        );
    },
    onKeyDown(event) {
      if (event.defaultPrevented || event.isComposing || event.metaKey || event.ctrlKey || event.altKey)
        return;
      const target = event.target instanceof Element ? event.target : null;
      if (target !== null && target.closest(OWN_KEYS) !== null) return;
      if (event.key === 'Escape') return act('back', event);
      if (target !== null && target.closest(TEXT) !== null) return;
      const afterG = now() < gUntil;
      gUntil = 0;
      if (event.key === 'g' && !afterG) {
        gUntil = now() + SECOND_KEY_WITHIN;
        return;
      }
      const id = shortcutOf(event.key, afterG);
      if (id !== null) act(id, event);
    },
  };
}
