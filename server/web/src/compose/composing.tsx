import { lazy, type ReactNode, Suspense, useCallback, useState } from 'react';
import { useShortcut } from '../keys/use-shortcut.ts';
import { ComposeContext, type Preset } from './compose-context.ts';

const code = () => import('./compose-panel.tsx');
const ComposePanel = lazy(async () => ({ default: (await code()).ComposePanel }));

/** What was asked for last; a new number each time, so that asking again brings the panel forward. */
interface Asked {
  readonly nth: number;
  readonly preset: Preset | undefined;
}

/** The panel for a new message, over whatever page is open. Its code comes with the first one. */
export function Composing({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const compose = useCallback(
    (preset?: Preset) => setAsked((before) => ({ nth: (before?.nth ?? 0) + 1, preset })),
    [],
  );
  useShortcut('compose', () => compose());
  return (
    <ComposeContext value={compose}>
      {children}
      {asked === null ? null : (
        <Suspense>
          <ComposePanel nth={asked.nth} preset={asked.preset} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </ComposeContext>
  );
}
