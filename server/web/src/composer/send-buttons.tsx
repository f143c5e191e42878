import type { ComposerAffordances, DraftKind } from '@latchbox/client';
import { Archive, ChevronDown } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { laterChoices } from '../lib/later-times.ts';
import { MOD } from '../keys/mod.ts';
import { useClient } from '../app/client.ts';
import { LaterMenu } from '../scheduled/later-menu.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Keys } from '../ui/keys.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';

const DateDialog = lazy(async () => ({ default: (await import('../ui/date-dialog.tsx')).DateDialog }));

interface SendButtonsProps {
  kind: DraftKind;
  send: ComposerAffordances['send'];
  empty: boolean;
  /** False while a file is on its way, or did not get there. */
  filesReady: boolean;
  onSend: (then: 'stay' | 'archive') => void;
  onLater: (at: number) => void;
}

export function SendButtons({ kind, send, empty, filesReady, onSend, onLater }: SendButtonsProps) {
  const { clock } = useClient();
  const [date, setDate] = useState(false);
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
        <LaterMenu now={clock.now()} onLater={onLater} onPickDate={() => setDate(true)} />
      </Menu>
      {date ? (
        <Suspense>
          <DateDialog
            title="Send later"
            action="Send then"
            now={clock.now()}
            at={laterChoices(clock.now()).at(1)?.at ?? clock.now()}
            onPick={(at) => {
              setDate(false);
              onLater(at);
            }}
            onClose={() => setDate(false)}
          />
        </Suspense>
      ) : null}
    </span>
  );
}
