import '../../ui/popups.css';
import '../../ui/field.css';
import { type Field, FIELDS } from './addressing.ts';
import { RecipientsField } from './recipients-field.tsx';
import type { AddressingState } from './use-addressing.ts';

const LABELS = { to: 'To', cc: 'Cc', bcc: 'Bcc' } as const;

/** To, Cc and Bcc of a reply. Their code comes with the first one that is opened. */
export function RecipientsFields({ addressing }: { addressing: AddressingState }) {
  const { now, people, put, type, take } = addressing;
  return (
    <div className="to-fields">
      {FIELDS.map((field: Field) => (
        <RecipientsField
          key={field}
          label={LABELS[field]}
          people={people[field]}
          typed={now.typed[field]}
          wrong={
            field === 'to' && now.mode === 'own' && people.to.length === 0
              ? (now.wrong.to ?? 'Somebody has to get it.')
              : now.wrong[field]
          }
          autoFocus={field === 'cc'}
          onPut={(next) => put(field, next)}
          onType={(text) => type(field, text)}
          onTake={() => take(field)}
        />
      ))}
    </div>
  );
}
