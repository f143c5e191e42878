import type { FoundNumber, InboxRecord } from '@latchbox/client/admin';
import { Search } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { formText } from '../../lib/form-text.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Foot, Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';

interface NumberSearchFormProps {
  inbox: InboxRecord;
  onDone: () => void;
  onCancel: () => void;
}

/** Numbers that could be had, by area code and the digits they begin with; one is chosen and bought. */
export function NumberSearchForm({ inbox, onDone, onCancel }: NumberSearchFormProps) {
  const { numbers } = useAdmin();
  const [found, setFound] = useState<readonly FoundNumber[] | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const search = useSaving();
  const buying = useSaving();
  const ask = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => formText(data, name).trim() || undefined;
    buying.touched();
    setChosen(null);
    void search.run(
      () => numbers.search({ areaCode: text('areaCode'), prefix: text('prefix') }),
      (numbers) => setFound(numbers),
    );
  };
  return (
    <>
      <SearchFields busy={search.busy} wrong={search.wrong} onSubmit={ask} />
      <div role="status">
        {found === null ? null : (
          <p className="hint">
            {found.length === 0
              ? 'There is none. Try another area code, or fewer digits.'
              : `${found.length === 1 ? '1 number' : `${found.length} numbers`}, choose one`}
          </p>
        )}
      </div>
      {found === null || found.length === 0 ? null : (
        <Picks found={found} chosen={chosen} onChoose={setChosen} />
      )}
      <Foot saved={false} problem={search.problem('areaCode', 'prefix') ?? buying.problem()}>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button
          look="primary"
          disabled={chosen === null || buying.busy}
          onClick={() => {
            if (chosen !== null) void buying.run(() => numbers.buy(inbox.id, chosen), onDone);
          }}
        >
          {buying.busy ? 'Buying…' : `Buy it for ${inbox.name}`}
        </Button>
      </Foot>
    </>
  );
}

interface SearchFieldsProps {
  busy: boolean;
  wrong: (path: string) => string | undefined;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
}

export function SearchFields({ busy, wrong, onSubmit }: SearchFieldsProps) {
  return (
    <form className="number-search" aria-label="Search numbers" onSubmit={onSubmit}>
      <TextField
        label="Area code"
        name="areaCode"
        inputMode="numeric"
        autoFocus
        placeholder="510"
        error={wrong('areaCode')}
      />
      <TextField
        label="Starts with"
        name="prefix"
        inputMode="numeric"
        placeholder="555"
        error={wrong('prefix')}
      />
      <Button type="submit" disabled={busy}>
        <Icon of={Search} size={16} />
        {busy ? 'Searching…' : 'Search'}
      </Button>
    </form>
  );
}

interface PicksProps {
  found: readonly FoundNumber[];
  chosen: string | null;
  onChoose: (e164: string) => void;
}

export function Picks({ found, chosen, onChoose }: PicksProps) {
  return (
    <Part title="Numbers that can be had">
      <div className="number-picks" role="radiogroup" aria-label="Numbers">
        {found.map(({ e164, shown, place }) => (
          <label key={e164} className="number-pick">
            <input
              type="radio"
              name="number"
              value={e164}
              checked={chosen === e164}
              onChange={() => onChoose(e164)}
            />
            <span className="num grow">{shown}</span>
            <span className="hint">{place}</span>
          </label>
        ))}
      </div>
    </Part>
  );
}
