import { type RefObject, useCallback, useLayoutEffect, useRef } from 'react';
import { type InSight, movedBy } from './anchor.ts';

interface Item {
  readonly id: string;
}

/** This near to the top new rows may come into sight, in px. */
const TOP = 4;

/**
 * Keeps what is read of a scrolled list where it is when rows come or go above it. Answers what to call after each scroll.
 */
export function useAnchor(
  scroller: RefObject<HTMLElement | null>,
  rows: readonly Item[],
  height: number,
): () => void {
  const inSight = useRef<InSight>(new Map());
  const look = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const first = Math.floor(element.scrollTop / height);
    const last = Math.ceil((element.scrollTop + element.clientHeight) / height);
    inSight.current = new Map(rows.slice(first, last).map(({ id }, at) => [id, first + at]));
  }, [scroller, rows, height]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    if (element.scrollTop > TOP) {
      const shift = movedBy(inSight.current, rows);
      if (shift !== 0) element.scrollTop += shift * height;
    }
    look();
  }, [scroller, rows, height, look]);
  return look;
}
