import '../../ui/popups.css';
import { Dialog } from '@base-ui/react/dialog';
import { Button } from '../../ui/button.tsx';

interface RemoveKeyDialogProps {
  domain: string;
  active: boolean;
  onRemove: () => void;
  onClose: () => void;
}

/** Asked first: a key that was removed does not come back. */
export function RemoveKeyDialog({ domain, active, onRemove, onClose }: RemoveKeyDialogProps) {
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-scrim" />
        <Dialog.Popup className="dialog">
          <div className="dialog-head">
            <Dialog.Title>Remove the keys of {domain}</Dialog.Title>
          </div>
          <Dialog.Description>
            {active
              ? 'Mail from it leaves unsigned from then on. Leave the record in DNS for a week: mail that is under way is verified by it.'
              : 'Its record in DNS is of no use then, and a key that is made later needs another one.'}
          </Dialog.Description>
          <div className="dialog-buttons">
            <Button look="quiet" onClick={onClose}>
              Keep
            </Button>
            <Button look="primary" onClick={onRemove}>
              Remove
            </Button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
