import './popups.css';
import { Dialog } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';

interface ModalProps {
  title: string;
  /** What it is about, in a sentence or two. */
  says?: string;
  /** Beside the title. */
  aside?: ReactNode;
  className?: string;
  onClose: () => void;
  children: ReactNode;
}

/** A window over the page, which keeps the focus. Escape, and a press beside it, close it. */
export function Modal({ title, says, aside, className, onClose, children }: ModalProps) {
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-scrim" />
        <Dialog.Popup className={className === undefined ? 'dialog' : `dialog ${className}`}>
          <div className="dialog-head">
            <Dialog.Title>{title}</Dialog.Title>
            {aside}
          </div>
          {says === undefined ? null : <Dialog.Description>{says}</Dialog.Description>}
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
