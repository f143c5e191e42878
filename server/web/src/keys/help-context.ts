import { createContext } from 'react';

/** Shows the sheet of all shortcuts. */
export const HelpContext = createContext<() => void>(() => {});
