import './help-sheet.css';
import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { BareIconButton } from '../ui/button.tsx';
import { Keys } from '../ui/keys.tsx';
import { Modal } from '../ui/modal.tsx';
import { SHORTCUTS } from './shortcuts.ts';

const GROUPS = ['Move', 'Conversation', 'Go to', 'Help'] as const;

/** Every shortcut there is. */
export function HelpSheet({ onClose }: { onClose: () => void }) {
  return (
    <Modal
      title="Keyboard shortcuts"
      className="help"
      aside={<Dialog.Close render={<BareIconButton icon={X} label="Close" />} />}
      onClose={onClose}
    >
      <div className="help-groups">
        {GROUPS.map((group) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {Object.entries(SHORTCUTS)
                .filter(([, shortcut]) => shortcut.group === group)
                .map(([id, { keys, words }]) => (
                  <div key={id}>
                    <dt>{words}</dt>
                    <dd>
                      <span className="said">{keys.join(' then ')}</span>
                      <Keys keys={keys} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
