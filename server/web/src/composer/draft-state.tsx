import type { ComposerAffordances, DraftSnapshot } from '@latchbox/client';
import { Check } from 'lucide-react';
import { errorWords } from '../lib/error-words.ts';
import { Icon } from '../ui/icon.tsx';

/** Whether what stands in the composer is kept, and where. */
export function DraftState({
  draft,
  autosave,
}: {
  draft: DraftSnapshot;
  autosave: ComposerAffordances['autosave'];
}) {
  if (draft.body === '') return null;
  switch (draft.status) {
    case 'saved':
      return (
        <span className="draft-state">
          <Icon of={Check} size={14} />
          {autosave === 'off' ? 'Draft kept' : 'Draft saved'}
        </span>
      );
    case 'unsaved':
      return <span className="draft-state">{autosave === 'on' ? 'Draft' : 'Kept on this device'}</span>;
    case 'conflict':
      return <span className="draft-state">Changed elsewhere</span>;
    case 'refused':
      return <span className="draft-state draft-refused">Draft not saved. {errorWords(draft.error)}</span>;
  }
}
