import { cloneElement, lazy, type ReactElement, Suspense, useEffect, useState } from 'react';
import type { ShortcutId } from '../keys/shortcuts.ts';

interface TipProps {
  words: string;
  shortcut?: ShortcutId | undefined;
  /** Something that can have attributes of an element. */
  children: ReactElement<Record<string, unknown>>;
}

/** Says in a tooltip what its child does, and which key does it. The child has to be named by itself. */
export function Tip({ words, shortcut, children }: TipProps) {
  return cloneElement(children, { 'data-tip': words, 'data-shortcut': shortcut });
}

const TipPopup = lazy(async () => ({ default: (await import('./tip-popup.tsx')).TipPopup }));

/** How long (ms) a pointer rests before it is told something; right after another tooltip it need not wait. */
const DELAY = 500;
const STILL_WARM = 300;

/** Where tooltips appear; once a page. One serves all, and its code comes with the first one. */
export function Tips() {
  const [over, setOver] = useState<HTMLElement | null>(null);
  useEffect(() => watchTips(setOver), []);
  const words = over?.dataset.tip;
  if (over === null || words === undefined) return null;
  return (
    <Suspense>
      <TipPopup anchor={over} words={words} shortcut={over.dataset.shortcut as ShortcutId | undefined} />
    </Suspense>
  );
}

/** Tells what is pointed at for a while, or was reached by keys; null: nothing any more. */
function watchTips(tell: (element: HTMLElement | null) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let at: HTMLElement | null = null;
  let shown = false;
  let hiddenAt = -Infinity;
  const find = (target: EventTarget | null): HTMLElement | null =>
    target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;

  const show = (): void => {
    // What opened a menu meanwhile says enough.
    if (at === null || !at.isConnected || at.getAttribute('aria-expanded') === 'true') return;
    shown = true;
    tell(at);
  };
  const hide = (): void => {
    clearTimeout(timer);
    at = null;
    if (!shown) return;
    shown = false;
    hiddenAt = performance.now();
    tell(null);
  };
  const onOver = ({ target, pointerType }: PointerEvent): void => {
    const next = pointerType === 'mouse' ? find(target) : null;
    if (next === at) return;
    hide();
    at = next;
    if (next !== null) timer = setTimeout(show, performance.now() - hiddenAt < STILL_WARM ? 0 : DELAY);
  };
  const onFocus = ({ target, relatedTarget: from }: FocusEvent): void => {
    hide();
    // Back from its menu it needs no introduction.
    const back = from instanceof Element && from.closest('[role="menu"], [role="dialog"]') !== null;
    at = !back && target instanceof Element && target.matches(':focus-visible') ? find(target) : null;
    show();
  };
  const events = new AbortController();
  const listen = { capture: true, signal: events.signal };
  document.addEventListener('pointerover', onOver, listen);
  document.addEventListener('focusin', onFocus, listen);
  for (const end of ['pointerdown', 'keydown', 'focusout', 'scroll', 'pointerleave']) {
    document.addEventListener(end, hide, listen);
  }
  return () => {
    events.abort();
    clearTimeout(timer);
  };
}
