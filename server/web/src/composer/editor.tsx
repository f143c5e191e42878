import type { Conversation, ConversationRow } from '@latchbox/client';
import type { KeyboardEvent, RefObject } from 'react';
import type { PictureMark } from '../files/in-text.ts';
import { firstName } from '../lib/people.ts';
import type { ComposerState } from './use-composer.ts';
import { useWholeMarks } from './use-whole-marks.ts';

interface EditorProps {
  state: ComposerState;
  conversation: Conversation;
  row: ConversationRow;
  field: RefObject<HTMLTextAreaElement | null>;
  /** The pictures that stand in the text. */
  marks?: readonly PictureMark[] | undefined;
}

const NONE: readonly PictureMark[] = [];

/** The text itself. Ctrl or Cmd with Enter sends it. */
export function Editor({ state, conversation, row, field, marks = NONE }: EditorProps) {
  const { kind, draft, readOnly, bar, write, attach, send } = state;
  const whole = useWholeMarks(marks);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    whole.onKeyDown(event);
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    if (event.metaKey || event.ctrlKey) {
      event.preventDefault();
      send('stay');
    } else if (bar?.name === 'still-working') {
      // This Enter is the answer, not a new line.
      event.preventDefault();
      conversation.lock.stay();
    }
  };
  return (
    <textarea
      ref={field}
      className="editor"
      aria-label={kind === 'note' ? 'Note' : 'Reply'}
      placeholder={placeholder(state, row)}
      value={draft.body}
      readOnly={readOnly}
      onChange={(event) => write(event.target.value)}
      onSelect={whole.onSelect}
      onKeyDown={onKeyDown}
      onPaste={(event) => {
        const { files } = event.clipboardData;
        // A picture of copied text comes with the text: then the text is what was meant.
        if (files.length === 0 || readOnly || event.clipboardData.types.includes('text/plain')) return;
        event.preventDefault();
        attach(files);
      }}
    />
  );
}

function placeholder({ kind, lock }: ComposerState, { contact }: ConversationRow): string {
  if (kind === 'reply') return `Reply to ${firstName(contact.name)}`;
  return `Leave a note for ${lock.status === 'theirs' ? firstName(lock.holder.name) : 'your team'}`;
}
