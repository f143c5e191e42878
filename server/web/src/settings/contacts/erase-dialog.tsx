import type { ContactRecord } from '@latchbox/client/admin';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';

interface EraseDialogProps {
  contact: ContactRecord;
  onErased: () => void;
  onClose: () => void;
}

/** The one thing about a contact that cannot be undone: its name has to be typed. */
export function EraseDialog({ contact, onErased, onClose }: EraseDialogProps) {
  const { contacts } = useAdmin();
  const [name, setName] = useState('');
  const { busy, run, problem } = useSaving();
  const said = problem();
  return (
    <Modal
      title={`Erase ${contact.name}`}
      says="Name, addresses, tags, and the texts and files of all conversations go for good. That there were conversations, when, and with whom of your team, stays."
      onClose={onClose}
    >
      <form
        className="contacts-erase"
        onSubmit={(event) => {
          event.preventDefault();
          void run(
            () => contacts.erase(contact.id, name),
            () => {
              onClose();
              onErased();
            },
          );
        }}
      >
        <TextField
          label={`Type “${contact.name}” to go on`}
          value={name}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        {said === undefined ? null : <Notice tone="stop">{said}</Notice>}
        <div className="dialog-buttons">
          <Button look="quiet" onClick={onClose}>
            Keep it
          </Button>
          <Button look="primary" type="submit" disabled={busy || name.trim() !== contact.name.trim()}>
            {busy ? 'Erasing…' : 'Erase for good'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
