import { createContext, lazy, type ReactNode, Suspense, use, useCallback, useRef, useState } from 'react';
import type { Done } from './done.ts';

/** `within` (ms): how long it is of use. What it answers takes it away, if it is still there. */
type Say = (words: string, run?: () => void, button?: string, within?: number) => () => void;

const ToastContext = createContext<Say>(() => () => {});

/** Says a few words about what was just done, for a while; with a way to undo it, or to do what `button` says. */
export function useToast(): Say {
  return use(ToastContext);
}

const ToastPopup = lazy(async () => ({ default: (await import('./toast-popup.tsx')).ToastPopup }));

/** Where toasts appear, around everything that says something in one. Its code comes with the first one. */
export function Toasts({ children }: { children: ReactNode }) {
  // One at a time: only the last act is undone from here.
  const [done, setDone] = useState<Done | null>(null);
  const last = useRef(0);
  const say = useCallback<Say>((words, run, button = 'Undo', within) => {
    const id = (last.current += 1);
    setDone({ id, words, within, act: run === undefined ? undefined : { words: button, run } });
    return () => setDone((now) => (now?.id === id ? null : now));
  }, []);
  return (
    <ToastContext value={say}>
      {children}
      {done === null ? null : (
        <Suspense>
          <ToastPopup done={done} />
        </Suspense>
      )}
    </ToastContext>
  );
}
