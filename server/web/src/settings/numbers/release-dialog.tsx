import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';

interface ReleaseDialogProps {
  shown: string;
  onRelease: () => void;
  onClose: () => void;
}

/** A number that is given back is somebody else's soon: the one thing here that cannot be undone. */
export function ReleaseDialog({ shown, onRelease, onClose }: ReleaseDialogProps) {
  return (
    <Modal
      title={`Release ${shown}`}
      says="It goes back to the provider for good, and somebody else may get it. Its conversations stay; nothing leaves from it any more."
      onClose={onClose}
    >
      <div className="dialog-buttons">
        <Button look="quiet" onClick={onClose}>
          Keep it
        </Button>
        <Button look="primary" onClick={onRelease}>
          Release it
        </Button>
      </div>
    </Modal>
  );
}
