import '../../ui/popups.css';
import { Dialog } from '@base-ui/react/dialog';
import { Button } from '../../ui/button.tsx';

interface RemoveDialogProps {
  name: string;
  inbox: string;
  onRemove: () => void;
  onClose: () => void;
}

/** Asked first: it takes the inbox out of somebody's hands within a second. */
export function RemoveDialog({ name, inbox, onRemove, onClose }: RemoveDialogProps) {
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-scrim" />
        <Dialog.Popup className="dialog">
          <div className="dialog-head">
            <Dialog.Title>
              Take {name} out of {inbox}
            </Dialog.Title>
          </div>
          <Dialog.Description>
            It leaves their open pages within a second, and a conversation that they hold becomes free. What
            they wrote stays.
          </Dialog.Description>
          <div className="dialog-buttons">
            <Button look="quiet" onClick={onClose}>
              Keep
            </Button>
            <Button look="primary" onClick={onRemove}>
              Take out
            </Button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
