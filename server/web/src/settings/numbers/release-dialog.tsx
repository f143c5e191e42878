import '../../ui/popups.css';
import { Dialog } from '@base-ui/react/dialog';
import { Button } from '../../ui/button.tsx';

interface ReleaseDialogProps {
  shown: string;
  onRelease: () => void;
  onClose: () => void;
}

/** A number that is given back is somebody else's soon: the one thing here that cannot be undone. */
export function ReleaseDialog({ shown, onRelease, onClose }: ReleaseDialogProps) {
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-scrim" />
        <Dialog.Popup className="dialog">
          <div className="dialog-head">
            <Dialog.Title>Release {shown}</Dialog.Title>
          </div>
          <Dialog.Description>
            It goes back to the provider for good, and somebody else may get it. Its conversations stay;
            nothing leaves from it any more.
          </Dialog.Description>
          <div className="dialog-buttons">
            <Button look="quiet" onClick={onClose}>
              Keep it
            </Button>
            <Button look="primary" onClick={onRelease}>
              Release it
            </Button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
