import type { Contact, FoundContact } from '@latchbox/client';
import { createContext, use } from 'react';

/** To whom a new message goes, where that is known before it is begun. */
export interface Preset {
  readonly contact: Contact;
  readonly channel: FoundContact['channel'];
  /** Their conversation is in this inbox: another account is meant, where there is one (M11). */
  readonly besides?: string;
  /** The account that was chosen. */
  readonly account?: string;
  /** What was written already. */
  readonly body?: string;
}

/** Begins a new message, or goes on with the one that was begun. */
export const ComposeContext = createContext<(preset?: Preset) => void>(() => {});

export function useCompose(): (preset?: Preset) => void {
  return use(ComposeContext);
}
