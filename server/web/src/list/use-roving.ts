import type { ListRow } from '@latchbox/client';
import type { Virtualizer } from '@tanstack/react-virtual';
import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useShortcut } from '../keys/use-shortcut.ts';

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

interface RovingProps {
  readonly rows: readonly ListRow[];
  readonly openId: string | null;
  readonly virtual: Virtualizer<HTMLDivElement, HTMLLIElement>;
  readonly scroller: RefObject<HTMLElement | null>;
}

/**
 * One tab stop for a whole list: the tab key reaches the row that had the focus last (or the open one). Arrows, Home and End
 * move within it, j and k from anywhere. When what was open is closed, the focus comes back to its row.
 */
export function useRoving({ rows, openId, virtual, scroller }: RovingProps) {
  const [last, setLast] = useState<string | null>(null);
  const found = [last, openId].map((id) => (id === null ? -1 : rows.findIndex((row) => row.id === id)));
  const stop = Math.max(0, found.find((at) => at >= 0) ?? 0);
  /** The row that gets the focus once it is rendered. */
  const wanted = useRef<string | null>(null);

  const give = useCallback((): void => {
    if (wanted.current === null) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(wanted.current)}"]`);
    if (row === null || row === undefined) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  }, [scroller]);
  // After every render: the row may only now be there.
  useLayoutEffect(give);

  const focusAt = useCallback(
    (at: number): void => {
      const index = Math.min(rows.length - 1, Math.max(0, at));
      const row = rows[index];
      if (row === undefined) return;
      wanted.current = row.id;
      virtual.scrollToIndex(index, { align: 'auto' });
      give();
    },
    [rows, virtual, give],
  );

  const step = (by: number): void => {
    const inside = scroller.current?.contains(document.activeElement) === true;
    // From outside the first step goes to the row itself, unless that is the open one.
    focusAt(inside || found.some((at) => at >= 0) ? stop + by : stop);
  };
  useShortcut('next', () => step(1));
  useShortcut('previous', () => step(-1));
  useFocusBack(rows, openId, focusAt);
  useFocusKept(found[0] ?? -1, focusAt);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const by = STEPS[event.key];
    if (by === undefined || event.metaKey || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    focusAt(stop + by);
  };
  const onRowFocus = useCallback((event: FocusEvent): void => {
    setLast((event.currentTarget as HTMLElement).dataset.row ?? null);
  }, []);
  return { stop, onKeyDown, onRowFocus };
}

/** A conversation was closed: with nothing left that has the focus, its row gets it, or the one that took its place. */
function useFocusBack(rows: readonly ListRow[], openId: string | null, focusAt: (at: number) => void): void {
  const before = useRef<{ id: string; at: number } | null>(null);
  const at = openId === null ? -1 : rows.findIndex(({ id }) => id === openId);
  useEffect(() => {
    const last = before.current;
    if (openId !== null) {
      // Archived, the row leaves the list a little before the conversation is closed.
      before.current = { id: openId, at: at >= 0 ? at : last?.id === openId ? last.at : 0 };
      return;
    }
    before.current = null;
    const nowhere = document.activeElement === null || document.activeElement === document.body;
    if (last === null || !nowhere) return;
    const now = rows.findIndex(({ id }) => id === last.id);
    focusAt(now >= 0 ? now : last.at);
  }, [rows, openId, at, focusAt]);
}

/** The row that had the focus has left the list: the one that took its place gets it. `at`: where it is; -1: not any more. */
function useFocusKept(at: number, focusAt: (at: number) => void): void {
  const before = useRef(-1);
  useEffect(() => {
    const was = before.current;
    before.current = at;
    if (at < 0 && was >= 0 && document.activeElement === document.body) focusAt(was);
  }, [at, focusAt]);
}
