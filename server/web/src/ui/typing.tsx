import './typing.css';
import { namesOf } from '../lib/people.ts';

interface Typing {
  readonly kind: 'reply' | 'note';
  readonly person: { readonly name: string };
}

/** "Ben is typing…", "Ana and Ben are typing…"; a note is called one. */
export function typingWords(typists: readonly Typing[]): string {
  const names = namesOf(typists.map(({ person }) => person));
  const verb = typists.length === 1 ? 'is' : 'are';
  const what = typists.every(({ kind }) => kind === 'note') ? 'typing a note' : 'typing';
  return `${names} ${verb} ${what}…`;
}

export function TypingLine({ typists }: { typists: readonly Typing[] }) {
  return (
    <span className="typing">
      <span className="typing-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span className="cut">{typingWords(typists)}</span>
    </span>
  );
}
