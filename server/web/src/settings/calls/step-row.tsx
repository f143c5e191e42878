import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import { IconButton } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { type Ringing, type Step, type StepKind, stepOf, withMember } from './steps.ts';

interface StepRowProps {
  step: Step;
  /** From 1. */
  nth: number;
  of: number;
  ringing: readonly Ringing[];
  error: string | undefined;
  onChange: (step: Step) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

/** One step of what becomes of a call. */
export function StepRow({ step, nth, of, ringing, error, onChange, onMove, onRemove }: StepRowProps) {
  return (
    <li>
      <fieldset className="calls-step">
        <legend>Step {nth}</legend>
        <div className="calls-fields">
          <SelectField
            label="What rings"
            value={step.kind}
            onChange={({ target }) => onChange(stepOf(target.value as StepKind, step))}
          >
            <option value="together">Members, all together</option>
            <option value="in_order">Members, one after the other</option>
            <option value="forward">Another number</option>
          </SelectField>
          <TextField
            label={step.kind === 'in_order' ? 'Seconds for each' : 'Seconds'}
            type="number"
            min={5}
            max={60}
            required
            value={String(step.seconds)}
            onChange={({ target }) => onChange({ ...step, seconds: Number(target.value) })}
          />
        </div>
        {step.kind === 'forward' ? (
          <TextField
            label="Number"
            type="tel"
            hint="As people write it, with its country: +1 415 555 0134."
            required
            maxLength={40}
            value={step.number}
            error={error}
            onChange={({ target }) => onChange({ ...step, number: target.value })}
          />
        ) : (
          <Members step={step} ringing={ringing} error={error} onChange={onChange} />
        )}
      </fieldset>
      <span className="calls-acts">
        <IconButton
          icon={ArrowUp}
          label={`Move step ${nth} up`}
          disabled={nth === 1}
          onClick={() => onMove(-1)}
        />
        <IconButton
          icon={ArrowDown}
          label={`Move step ${nth} down`}
          disabled={nth === of}
          onClick={() => onMove(1)}
        />
        <IconButton icon={Trash2} label={`Remove step ${nth}`} onClick={onRemove} />
      </span>
    </li>
  );
}

type MembersStep = Exclude<Step, { kind: 'forward' }>;

interface MembersProps {
  step: MembersStep;
  ringing: readonly Ringing[];
  error: string | undefined;
  onChange: (step: Step) => void;
}

/** Everybody, or these, in the order in which they were chosen. */
function Members({ step, ringing, error, onChange }: MembersProps) {
  const { members } = step;
  const all = members === null;
  return (
    <div className="calls-members" role="group" aria-label="Which members">
      <label className="calls-check">
        <input
          type="checkbox"
          checked={all}
          onChange={({ target }) =>
            onChange({ ...step, members: target.checked ? null : ringing.slice(0, 1).map(({ id }) => id) })
          }
        />
        Everybody who may reply
      </label>
      {all
        ? null
        : ringing.map(({ id, name }) => {
            const place = members.indexOf(id);
            return (
              <label key={id} className="calls-check">
                <input
                  type="checkbox"
                  checked={place >= 0}
                  // The last one stays: nobody at all would be no step.
                  disabled={place >= 0 && members.length === 1}
                  onChange={({ target }) =>
                    onChange({ ...step, members: withMember(members, id, target.checked) })
                  }
                />
                {name}
                {place >= 0 && step.kind === 'in_order' ? <small>rings as number {place + 1}</small> : null}
              </label>
            );
          })}
      <p className="hint">Whoever has set no phone of their own is left out.</p>
      {error === undefined ? null : (
        <span className="field-error" role="alert">
          {error}
        </span>
      )}
    </div>
  );
}
