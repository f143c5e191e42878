import { type PointerEvent, useCallback, useEffect, useRef, useState } from 'react';

/** A pointer that rests for this long no longer aims, in ms. */
const RESTS = 3_000;

/** True while a mouse moves over an element, and a little longer: somebody aims at something in it. */
export function useHeld(): { held: boolean; release: () => void; handlers: object } {
  const [held, setHeld] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const release = useCallback(() => {
    clearTimeout(timer.current);
    setHeld(false);
  }, []);
  const move = useCallback(
    (event: PointerEvent) => {
      if (event.pointerType !== 'mouse') return;
      clearTimeout(timer.current);
      timer.current = setTimeout(release, RESTS);
      setHeld(true);
    },
    [release],
  );
  useEffect(() => () => clearTimeout(timer.current), []);
  return { held, release, handlers: { onPointerMove: move, onPointerLeave: release } };
}
