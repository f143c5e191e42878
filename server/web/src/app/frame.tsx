import { CSPProvider } from '@base-ui/react/csp-provider';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { HelpContext } from '../keys/help-context.ts';
import { createKeyboard } from '../keys/keyboard.ts';
import { KeyboardContext, useKeyboard, useShortcut } from '../keys/use-shortcut.ts';
import { Tips } from '../ui/tip.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { Outdated } from './outdated.tsx';

const HelpSheet = lazy(async () => ({ default: (await import('../keys/help-sheet.tsx')).HelpSheet }));

/** What is around every page of the signed-in: keys, tooltips, toasts, and the sheet of shortcuts. */
export function Frame({ children }: { children: ReactNode }) {
  const [keyboard] = useState(createKeyboard);
  useKeyboard(keyboard);
  return (
    // The page's own rules for styles forbid style elements.
    <CSPProvider disableStyleElements>
      <KeyboardContext value={keyboard}>
        <Toasts>
          <WithHelp>{children}</WithHelp>
        </Toasts>
        <Tips />
        <Outdated />
      </KeyboardContext>
    </CSPProvider>
  );
}

function WithHelp({ children }: { children: ReactNode }) {
  const [help, setHelp] = useState(false);
  useShortcut('help', () => setHelp(true));
  return (
    <HelpContext value={() => setHelp(true)}>
      {children}
      {help ? (
        <Suspense>
          <HelpSheet onClose={() => setHelp(false)} />
        </Suspense>
      ) : null}
    </HelpContext>
  );
}
