import type { Draft } from '@latchbox/client';
import { Button } from '../ui/button.tsx';

/** The same draft was changed in another tab or on another device: one of the two texts has to be chosen. */
export function DraftConflict({ draft, newer }: { draft: Draft; newer: string }) {
  return (
    <div className="draft-conflict" role="group" aria-label="Two versions of this draft">
      <p>
        <b>You changed this draft elsewhere.</b> <span>{newer === '' ? 'It was emptied there.' : newer}</span>
      </p>
      <Button size="small" look="quiet" onClick={() => draft.resolve('newer')}>
        Use that one
      </Button>
      <Button size="small" onClick={() => draft.resolve('mine')}>
        Keep this one
      </Button>
    </div>
  );
}
