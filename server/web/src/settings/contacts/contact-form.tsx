import { SelectField, TextField } from '../../ui/field.tsx';
import { useOwners } from './use-owners.ts';

export interface ContactDraft {
  readonly name: string;
  readonly ownerId: string;
  /** Separated by commas. */
  readonly tags: string;
}

export const tagsOf = (text: string): string[] =>
  text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');

interface ContactFieldsProps {
  draft: ContactDraft;
  owner: { readonly id: string; readonly name: string } | null;
  wrong: (path: string) => string | undefined;
  onChange: (draft: ContactDraft) => void;
}

/** Name, owner and tags. */
export function ContactFields({ draft, owner, wrong, onChange }: ContactFieldsProps) {
  const owners = useOwners();
  // Somebody who left may still be one's owner.
  const all = owner === null || owners.some(({ id }) => id === owner.id) ? owners : [owner, ...owners];
  return (
    <>
      <TextField
        label="Name"
        value={draft.name}
        error={wrong('name')}
        onChange={(event) => onChange({ ...draft, name: event.target.value })}
      />
      <SelectField
        label="Owner"
        hint="Answers for conversations that are assigned to nobody"
        error={wrong('ownerId')}
        value={draft.ownerId}
        onChange={(event) => onChange({ ...draft, ownerId: event.target.value })}
      >
        <option value="">Nobody</option>
        {all.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <TextField
        label="Tags"
        hint="Separated by commas"
        value={draft.tags}
        error={wrong('tags')}
        onChange={(event) => onChange({ ...draft, tags: event.target.value })}
      />
    </>
  );
}
