import { createContext, use } from 'react';

/** Says for a while that an act failed, and why. */
export const TellFailure = createContext<(error: unknown) => void>(() => {});

export function useTellFailure(): (error: unknown) => void {
  return use(TellFailure);
}
