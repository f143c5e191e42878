import { browserStorage } from '../lib/storage.ts';
import { createStore } from '../lib/store.ts';

export type Theme = 'system' | 'light' | 'dark';

/** The same name as in `public/theme.js`, which pins the theme before the first paint. */
const SLOT = 'latchbox.theme';

const stored = browserStorage.get(SLOT);

/** Which theme is chosen; `system`: whatever the machine says. */
export const theme = createStore<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system');

theme.subscribe(() => {
  const chosen = theme.getSnapshot();
  browserStorage.set(SLOT, chosen === 'system' ? null : chosen);
  if (chosen === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
});
