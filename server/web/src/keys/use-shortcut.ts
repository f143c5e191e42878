import { createContext, use, useEffect, useEffectEvent } from 'react';
import type { Keyboard } from './keyboard.ts';
import type { ShortcutId } from './shortcuts.ts';

export const KeyboardContext = createContext<Keyboard | null>(null);

/** Does something at a shortcut while the component is shown; `null`: nothing now. */
export function useShortcut(id: ShortcutId, act: (() => void) | null): void {
  const keyboard = use(KeyboardContext);
  const run = useEffectEvent(() => act?.());
  const bound = act !== null;
  useEffect(() => {
    if (keyboard === null || !bound) return undefined;
    return keyboard.bind(id, () => run());
  }, [keyboard, id, bound]);
}

/** Listens to the keys of the whole page. */
export function useKeyboard(keyboard: Keyboard): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => keyboard.onKeyDown(event);
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [keyboard]);
}
