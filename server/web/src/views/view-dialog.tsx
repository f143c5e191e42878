import type { ListQuery } from '@latchbox/client';
import { type SavedView, views as viewsOf } from '@latchbox/client/admin';
import { type FormEvent, useState } from 'react';
import { useClient } from '../app/client.ts';
import { viewPath } from '../app/place.ts';
import { navigate } from '../app/router.ts';
import { nameFor } from '../filters/filter-words.ts';
import { errorWords } from '../lib/error-words.ts';
import { viewOf } from '../list/queries.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Modal } from '../ui/modal.tsx';
import { Notice } from '../ui/notice.tsx';
import { useSavedViews } from './views-context.ts';

interface ViewDialogProps {
  /** The view that is changed; undefined: one is made. */
  kept: SavedView | undefined;
  query: ListQuery;
  onClose: () => void;
}

/** Asks for a view's name, and whether everybody sees it. One of mine with that name is replaced. */
export function ViewDialog(props: ViewDialogProps) {
  return (
    <Modal
      title={props.kept === undefined ? 'Keep this list as a view' : 'Change this view'}
      onClose={props.onClose}
    >
      <ViewForm {...props} />
    </Modal>
  );
}

function ViewForm({ kept, query, onClose }: ViewDialogProps) {
  const client = useClient();
  const [name, setName] = useState(kept?.name ?? nameFor(query, client.inboxes.getSnapshot()));
  const [shared, setShared] = useState(kept?.shared ?? false);
  const { views } = useSavedViews();
  const { busy, error, run } = useDone(onClose);
  const api = viewsOf(client);
  const view = { name: name.trim(), shared };
  const other = views?.find(({ id, mine, name: of }) => mine && of === view.name && id !== kept?.id);
  const replaces = kept === undefined && other !== undefined;
  const store = (): Promise<SavedView> => {
    if (kept !== undefined) return api.change(kept.id, view);
    return other === undefined
      ? api.create({ ...view, filter: query })
      : api.change(other.id, { ...view, filter: query });
  };
  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (view.name !== '') run(async () => viewPath({ name: 'view', viewId: (await store()).id }));
  };
  const remove = (id: string): void =>
    run(async () => {
      await api.remove(id);
      return viewPath(viewOf(query));
    });
  return (
    <form onSubmit={save} className="dialog-fields">
      <TextField
        label="Name"
        maxLength={200}
        required
        value={name}
        hint={
          replaces
            ? 'You have a view of this name: it is replaced.'
            : 'It stands in the menu under this name.'
        }
        onChange={({ target }) => setName(target.value)}
      />
      <Shared shared={shared} onChange={setShared} />
      {error === undefined ? null : <Notice tone="stop">{errorWords(error)}</Notice>}
      <div className="dialog-buttons">
        {kept === undefined ? null : (
          <Button look="quiet" className="view-remove" disabled={busy} onClick={() => remove(kept.id)}>
            Remove it
          </Button>
        )}
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" look="primary" disabled={busy}>
          {kept === undefined ? (replaces ? 'Replace' : 'Keep') : 'Save'}
        </Button>
      </div>
    </form>
  );
}

function Shared({ shared, onChange }: { shared: boolean; onChange: (shared: boolean) => void }) {
  return (
    <label className="view-check">
      <input type="checkbox" checked={shared} onChange={({ target }) => onChange(target.checked)} />
      <span>
        Everybody sees it
        <small>Each with the inboxes that are theirs. “Me” is whoever looks.</small>
      </span>
    </label>
  );
}

/** Does something to the views, and goes to the place that it answers. */
function useDone(onClose: () => void) {
  const { again } = useSavedViews();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const run = (act: () => Promise<string>): void => {
    setBusy(true);
    setError(undefined);
    act().then(
      (path) => {
        again();
        onClose();
        navigate(path);
      },
      (problem: unknown) => {
        setBusy(false);
        setError(problem);
      },
    );
  };
  return { busy, error, run };
}
