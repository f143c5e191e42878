import { type FocusEvent, type KeyboardEvent, useCallback, useState } from 'react';

const STEPS: Record<string, number> = {
  ArrowDown: 1,
  j: 1,
  ArrowUp: -1,
  k: -1,
  Home: -Infinity,
  End: Infinity,
};

/**
 * One tab stop for a whole list: the tab key reaches the row that had the focus last (or `fallback`), arrows, j and k,
 * Home and End move within it.
 */
export function useRoving(ids: readonly string[], fallback: string | null) {
  const [last, setLast] = useState<string | null>(null);
  const stop = [last, fallback].find((id) => id !== null && ids.includes(id)) ?? ids[0];

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const step = STEPS[event.key];
    if (step === undefined || event.metaKey || event.ctrlKey || event.altKey) return;
    const at = ids.indexOf(stop ?? '');
    const next = ids[Math.min(ids.length - 1, Math.max(0, at + step))];
    if (next === undefined) return;
    event.preventDefault();
    event.currentTarget.querySelector<HTMLElement>(`[data-row="${CSS.escape(next)}"]`)?.focus();
  };
  const onRowFocus = useCallback((event: FocusEvent): void => {
    setLast((event.currentTarget as HTMLElement).dataset.row ?? null);
  }, []);
  return { stop, onKeyDown, onRowFocus };
}
