import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';

interface RemoveKeyDialogProps {
  domain: string;
  active: boolean;
  onRemove: () => void;
  onClose: () => void;
}

/** Asked first: a key that was removed does not come back. */
export function RemoveKeyDialog({ domain, active, onRemove, onClose }: RemoveKeyDialogProps) {
  return (
    <Modal
      title={`Remove the keys of ${domain}`}
      says={
        active
          ? 'Mail from it leaves unsigned from then on. Leave the record in DNS for a week: mail that is under way is verified by it.'
          : 'Its record in DNS is of no use then, and a key that is made later needs another one.'
      }
      onClose={onClose}
    >
      <div className="dialog-buttons">
        <Button look="quiet" onClick={onClose}>
          Keep
        </Button>
        <Button look="primary" onClick={onRemove}>
          Remove
        </Button>
      </div>
    </Modal>
  );
}
