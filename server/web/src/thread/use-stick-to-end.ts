import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** This near to the end counts as being there, in px. */
const NEAR = 32;

interface Ends {
  /** Position of the oldest and of the newest thing that is shown; 0 for none. */
  readonly oldest: number;
  readonly newest: number;
}

/**
 * Holds a reader's place in a thread: at the end the thread stays at the end, whatever grows or shrinks; elsewhere nothing
 * moves, and what comes at the end is counted. Older entries above push nothing down.
 */
export function useStickToEnd(
  scroller: RefObject<HTMLElement | null>,
  ends: Ends,
  inner: RefObject<HTMLElement | null>,
) {
  const sticks = useRef(true);
  const height = useRef(0);
  const lastTop = useRef(0);
  const last = useRef<Ends>({ oldest: 0, newest: 0 });
  const [seen, setSeen] = useState(0);
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    element.scrollTop = element.scrollHeight;
    sticks.current = true;
    setAtEnd(true);
  }, [scroller]);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const top = element.scrollTop;
    if (element.scrollHeight - top - element.clientHeight < NEAR) sticks.current = true;
    // Only going up leaves the end. Far from it without that: something has grown, and the end is caught up with.
    else if (top < lastTop.current) sticks.current = false;
    lastTop.current = top;
    setAtEnd(sticks.current);
  }, [scroller]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const grewAbove = last.current.oldest > 0 && ends.oldest < last.current.oldest;
    if (sticks.current) element.scrollTop = element.scrollHeight;
    else if (grewAbove) element.scrollTop += element.scrollHeight - height.current;
    height.current = element.scrollHeight;
    last.current = ends;
    if (sticks.current) setSeen(ends.newest);
  }, [scroller, ends]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      height.current = element.scrollHeight;
      if (sticks.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    if (inner.current !== null) observer.observe(inner.current);
    return () => observer.disconnect();
  }, [scroller, inner]);

  // Coming back to the end by hand is reading what is there.
  useEffect(() => {
    if (atEnd) setSeen(ends.newest);
  }, [atEnd, ends.newest]);

  return { atEnd, seen, toEnd, onScroll };
}
