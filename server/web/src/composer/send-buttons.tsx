import type { ComposerAffordances, DraftKind } from '@latchbox/client';
import { Archive, ChevronDown } from 'lucide-react';
import { MOD } from '../keys/mod.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Keys } from '../ui/keys.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';

interface SendButtonsProps {
  kind: DraftKind;
  send: ComposerAffordances['send'];
  empty: boolean;
  /** False while a file is on its way, or did not get there. */
  filesReady: boolean;
  onSend: (then: 'stay' | 'archive') => void;
}

export function SendButtons({ kind, send, empty, filesReady, onSend }: SendButtonsProps) {
  if (kind === 'note') {
    return (
      <Button look="note" disabled={empty || !filesReady} onClick={() => onSend('stay')}>
        Add note
        <Keys keys={[MOD, '↵']} />
      </Button>
    );
  }
  const off = send === 'off' || empty || !filesReady;
  const waits = send === 'queued' && !off;
  const look = waits ? 'wait' : 'primary';
  return (
    <span className="split">
      <Button look={look} disabled={off} onClick={() => onSend('stay')}>
        {waits ? 'Send when current' : 'Send'}
        <Keys keys={[MOD, '↵']} />
      </Button>
      <Menu
        tip="More ways to send"
        trigger={
          <Button look={look} disabled={off} aria-label="More ways to send">
            <Icon of={ChevronDown} size={16} />
          </Button>
        }
      >
        <MenuItem icon={Archive} onClick={() => onSend('archive')}>
          Send and archive
        </MenuItem>
      </Menu>
    </span>
  );
}
