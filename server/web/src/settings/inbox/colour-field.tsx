import { useId } from 'react';
import { InboxSquare } from '../../ui/inbox-square.tsx';

/** Told apart in both themes, and each with a name: no colour stands for itself alone. */
const COLOURS = [
  ['#3b82a0', 'Lake'],
  ['#6d8b2f', 'Moss'],
  ['#c2643b', 'Brick'],
  ['#8a5a9e', 'Plum'],
  ['#4c6ef5', 'Blue'],
  ['#b08a1e', 'Brass'],
  ['#b4436c', 'Rose'],
  ['#5f6b73', 'Slate'],
] as const;

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
