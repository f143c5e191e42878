import type { SavedView } from '@latchbox/client/admin';
import { createContext, use } from 'react';

export interface SavedViews {
  /** By name; null: not known yet. */
  readonly views: readonly SavedView[] | null;
  /** Asks for them anew: one was made, changed or removed. */
  readonly again: () => void;
}

export const SavedViewsContext = createContext<SavedViews>({ views: null, again: () => {} });

/** Lists that I keep under a name, and those that colleagues share. */
export function useSavedViews(): SavedViews {
  return use(SavedViewsContext);
}
