import type { ListQuery } from '@latchbox/client';
import { Bookmark, BookmarkCheck } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { View } from '../app/place.ts';
import { BareIconButton } from '../ui/button.tsx';
import { Tip } from '../ui/tip.tsx';
import { useSavedViews } from './views-context.ts';

const ViewDialog = lazy(async () => ({ default: (await import('./view-dialog.tsx')).ViewDialog }));

/** Keeps a list under a name, or renames, shares and removes one that is kept. */
export function KeepView({ view, query }: { view: View; query: ListQuery }) {
  const [open, setOpen] = useState(false);
  const { views } = useSavedViews();
  const kept = view.name === 'view' ? views?.find(({ id }) => id === view.viewId) : undefined;
  // A colleague's can be looked at.
  if (view.name === 'view' && kept?.mine !== true) return null;
  const label = kept === undefined ? 'Keep this list as a view' : 'Change this view';
  return (
    <>
      <Tip words={label}>
        <BareIconButton
          icon={kept === undefined ? Bookmark : BookmarkCheck}
          label={label}
          aria-haspopup="dialog"
          onClick={() => setOpen(true)}
        />
      </Tip>
      {open ? (
        <Suspense>
          <ViewDialog kept={kept} query={query} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
