import { type Conversation, composerAffordances, type DraftKind } from '@latchbox/client';
import { useConnection, useIdlePing, useLock, useReadable, useTyping } from '@latchbox/client/react';
import { type FormEvent, useState } from 'react';
import { barWords, BUTTONS, typingWords } from './words';

export function Composer({ conversation }: { conversation: Conversation }) {
  const [kind, setKind] = useState<DraftKind>('reply');
  const may = composerAffordances(useLock(conversation), useConnection());
  const { typists, onInput } = useTyping(conversation, kind);
  const draft = conversation.draft(kind);
  const { body } = useReadable(draft);
  // Notes never need the lock.
  const editable = kind === 'note' || may.composer === 'editable';
  const sendable = body.trim() !== '' && (kind === 'note' || may.send !== 'off');

  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!sendable) return;
    // Shown at once, stored once; what goes wrong is shown in the thread.
    if (kind === 'reply') conversation.reply({ body });
    else conversation.note({ body });
  };

  return (
    <>
      <p className="typing" role="status" aria-label="Typing">
        {typingWords(typists)}
      </p>
      <form className="composer" aria-label="Composer" onSubmit={send}>
        <IdleQuestion conversation={conversation} />
        <LockBar conversation={conversation} />
        <div className="tabs">
          {(['reply', 'note'] as const).map((one) => (
            <button key={one} type="button" aria-pressed={one === kind} onClick={() => setKind(one)}>
              {one === 'reply' ? 'Reply' : 'Note'}
            </button>
          ))}
        </div>
        <textarea
          aria-label={kind === 'reply' ? 'Your reply' : 'Your note'}
          readOnly={!editable}
          placeholder={kind === 'reply' ? 'Write a reply…' : 'Only your colleagues see this.'}
          value={body}
          onChange={(event) => {
            draft.set(event.target.value); // saved by itself, and still there after a reload
            onInput(); // shows the others who types, takes a free lock, answers the idle question
          }}
        />
        <footer>
          <button type="submit" className="go" disabled={!sendable}>
            {may.send === 'queued' ? 'Send when connected' : 'Send'}
          </button>
        </footer>
      </form>
    </>
  );
}

/** "Are you still working?" Renders once a second, and nothing around it does. */
function IdleQuestion({ conversation }: { conversation: Conversation }) {
  const ping = useIdlePing(conversation);
  if (ping === null) return null;
  return (
    <div className="bar still-working" role="alert" aria-label="Are you still working?">
      <span>
        Are you still working? Your text is kept; the conversation is free in <b>{ping.secondsLeft} s</b>.
      </span>
      <button type="button" onClick={ping.stay}>
        Yes
      </button>
      <button type="button" onClick={() => void ping.release()}>
        No
      </button>
    </div>
  );
}

/** Who may write, and what can be done about it. */
function LockBar({ conversation }: { conversation: Conversation }) {
  const { lock } = conversation;
  const state = useLock(conversation);
  const { banner, actions, answers } = composerAffordances(state, useConnection());
  const [ask] = state.status === 'mine' ? state.asks : [];
  const words = barWords(state, banner);
  if (words === '') return null;
  return (
    <div className={`bar ${banner ?? ''}`} role="status" aria-label="Lock">
      <span>{words}</span>
      {actions.map(
        (action) =>
          action !== 'stay' && (
            <button
              key={action}
              type="button"
              onClick={() => void Promise.resolve(lock[action]()).catch(() => {})}
            >
              {BUTTONS[action]}
            </button>
          ),
      )}
      {ask &&
        answers.map((answer) => (
          <button key={answer} type="button" onClick={() => void lock.answer(ask.id, answer).catch(() => {})}>
            {answer === 'pass' ? 'Pass it on, with the draft' : 'Keep'}
          </button>
        ))}
    </div>
  );
}
