import './colour-field.css';
import { useId } from 'react';
import { InboxSquare } from '../../ui/inbox-square.tsx';
import { COLOURS } from './colours.ts';

interface ColourFieldProps {
  value: string;
  error?: string | undefined;
  onChange: (colour: string) => void;
}

/** The square beside an inbox's name: one of a few, or any other. */
export function ColourField({ value, error, onChange }: ColourFieldProps) {
  const id = useId();
  const own = COLOURS.every(([colour]) => colour !== value.toLowerCase());
  return (
    <fieldset className="colours" aria-describedby={error === undefined ? undefined : `${id}-says`}>
      <legend className="field-label">Colour</legend>
      {COLOURS.map(([colour, name]) => (
        <label key={colour}>
          <input
            type="radio"
            name={id}
            checked={value.toLowerCase() === colour}
            onChange={() => onChange(colour)}
          />
          <InboxSquare colour={colour} />
          {name}
        </label>
      ))}
      <label data-own={own}>
        <input type="color" value={value} onChange={({ target }) => onChange(target.value)} />
        Another
      </label>
      {error === undefined ? null : (
        <span id={`${id}-says`} className="field-error">
          {error}
        </span>
      )}
    </fieldset>
  );
}
