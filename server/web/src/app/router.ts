import { useReadable } from '../lib/use-readable.ts';
import type { Watchable } from '../lib/store.ts';

const listeners = new Set<() => void>();

/** The path of the address. */
const path: Watchable<string> = {
  getSnapshot: () => location.pathname,
  subscribe(onChange) {
    listeners.add(onChange);
    addEventListener('popstate', onChange);
    return () => {
      listeners.delete(onChange);
      removeEventListener('popstate', onChange);
    };
  },
};

/** Goes to another place of the page; `replace` leaves no way back to the present one. */
export function navigate(to: string, how: 'push' | 'replace' = 'push'): void {
  if (to === location.pathname) return;
  if (how === 'push') history.pushState(null, '', to);
  else history.replaceState(null, '', to);
  for (const listener of Array.from(listeners)) listener();
}

export function usePath(): string {
  return useReadable(path);
}
