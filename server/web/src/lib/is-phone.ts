import { useSyncExternalStore } from 'react';

const QUERY = '(max-width: 720px)';

/** One column at a time. The same width as in the style sheets. */
export function isPhone(): boolean {
  return matchMedia(QUERY).matches;
}

const subscribe = (onChange: () => void): (() => void) => {
  const query = matchMedia(QUERY);
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
};

/** As `isPhone`; renders again when the width changes. */
export function usePhone(): boolean {
  return useSyncExternalStore(subscribe, isPhone);
}
