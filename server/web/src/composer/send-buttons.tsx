import type { ComposerAffordances, DraftKind } from '@latchbox/client';
import { Archive } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Keys, MOD } from '../ui/keys.tsx';

interface SendButtonsProps {
  kind: DraftKind;
  send: ComposerAffordances['send'];
  empty: boolean;
  onSend: (then: 'stay' | 'archive') => void;
}

export function SendButtons({ kind, send, empty, onSend }: SendButtonsProps) {
  if (kind === 'note') {
    return (
      <Button look="note" disabled={empty} onClick={() => onSend('stay')}>
        Add note
        <Keys keys={[MOD, '↵']} />
      </Button>
    );
  }
  const off = send === 'off' || empty;
  const waits = send === 'queued' && !off;
  return (
    <>
      <Button look="quiet" disabled={off} onClick={() => onSend('archive')}>
        <Icon of={Archive} size={16} />
        Send and archive
      </Button>
      <Button look={waits ? 'wait' : 'primary'} disabled={off} onClick={() => onSend('stay')}>
        {waits ? 'Send when current' : 'Send'}
        <Keys keys={[MOD, '↵']} />
      </Button>
    </>
  );
}
