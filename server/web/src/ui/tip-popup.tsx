import './popups.css';
import { Tooltip } from '@base-ui/react/tooltip';
import { SHORTCUTS, type ShortcutId } from '../keys/shortcuts.ts';
import { Keys } from './keys.tsx';

interface TipPopupProps {
  anchor: HTMLElement;
  words: string;
  shortcut: ShortcutId | undefined;
}

/** The tooltip itself: for eyes alone. What it stands at is named by itself, and the sheet of shortcuts has its key. */
export function TipPopup({ anchor, words, shortcut }: TipPopupProps) {
  return (
    <Tooltip.Root open>
      <Tooltip.Portal>
        <Tooltip.Positioner
          anchor={anchor}
          sideOffset={6}
          collisionPadding={8}
          className="popup-place"
          aria-hidden="true"
        >
          <Tooltip.Popup className="tip">
            {words}
            {shortcut === undefined ? null : <Keys keys={SHORTCUTS[shortcut].keys} />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
