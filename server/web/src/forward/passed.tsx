import { useId } from 'react';
import { sizeWords } from '../files/file-words.ts';
import { fullTime } from '../lib/time-words.ts';
import type { Forwardable } from './forwarding.ts';

interface PassedProps {
  entry: Forwardable;
  without: readonly string[];
  onWithout: (without: readonly string[]) => void;
}

/** What is passed on, as it stands below the note: who wrote it, the whole text, and its files, each of which can stay here. */
export function Passed({ entry, without, onWithout }: PassedProps) {
  const { author, at, body, attachments = [] } = entry;
  const from = entry.kind === 'message' ? `${author.name} <${entry.author.address}>` : author.name;
  return (
    <section className="passed" aria-label="What is passed on">
      <p className="hint">
        {from}, {fullTime(at)}
      </p>
      <blockquote tabIndex={0} aria-label="Its text">
        {body}
      </blockquote>
      {attachments.length === 0 ? null : (
        <fieldset>
          <legend>Files that go along</legend>
          {attachments.map(({ id, name, size }) => (
            <FileChoice
              key={id}
              name={name}
              size={size}
              goes={!without.includes(id)}
              onGoes={(goes) => onWithout(goes ? without.filter((one) => one !== id) : [...without, id])}
            />
          ))}
        </fieldset>
      )}
    </section>
  );
}

interface FileChoiceProps {
  name: string;
  size: number;
  goes: boolean;
  onGoes: (goes: boolean) => void;
}

function FileChoice({ name, size, goes, onGoes }: FileChoiceProps) {
  const id = useId();
  return (
    <span className="passed-file">
      <input
        id={id}
        type="checkbox"
        className="check"
        checked={goes}
        onChange={(event) => onGoes(event.target.checked)}
      />
      <label htmlFor={id}>
        <span className="cut">{name}</span> <small>{sizeWords(size)}</small>
      </label>
    </span>
  );
}
