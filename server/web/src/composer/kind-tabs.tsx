import type { DraftKind } from '@latchbox/client';
import { Lock, Reply, StickyNote } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { Icon } from '../ui/icon.tsx';

interface KindTabsProps {
  kind: DraftKind;
  /** Why no reply can be written now; null: it can. */
  replyClosed: string | null;
  panel: string;
  onChange: (kind: DraftKind) => void;
}

/** Reply or Note. */
export function KindTabs({ kind, replyClosed, panel, onChange }: KindTabsProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    const other = kind === 'reply' ? 'note' : 'reply';
    if (other === 'reply' && replyClosed !== null) return;
    onChange(other);
    event.currentTarget.querySelector<HTMLElement>(`[data-kind="${other}"]`)?.focus();
  };
  const tab = (of: DraftKind) => ({
    role: 'tab',
    type: 'button' as const,
    'data-kind': of,
    'aria-selected': kind === of,
    'aria-controls': panel,
    tabIndex: kind === of ? 0 : -1,
    onClick: () => onChange(of),
  });
  return (
    <div className="kind-tabs" role="tablist" aria-label="What to write" onKeyDown={onKeyDown}>
      <button {...tab('reply')} disabled={replyClosed !== null} title={replyClosed ?? undefined}>
        <Icon of={replyClosed === null ? Reply : Lock} size={16} />
        Reply
      </button>
      <button {...tab('note')} className="kind-note">
        <Icon of={StickyNote} size={16} />
        Note
      </button>
    </div>
  );
}
