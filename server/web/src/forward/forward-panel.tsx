import '../compose/compose.css';
import '../composer/composer.css';
import '../composer/to/to.css';
import './forward.css';
import type { Conversation } from '@latchbox/client';
import { Trash2, TriangleAlert, X } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import { useClient } from '../app/client.ts';
import { useConnected } from '../app/use-connected.ts';
import { Bar } from '../composer/bar.tsx';
import { padlock } from '../composer/theirs-bar.tsx';
import { type Field, taken, withPeople } from '../composer/to/addressing.ts';
import { RecipientsField } from '../composer/to/recipients-field.tsx';
import { MOD } from '../keys/mod.ts';
import { problemWords } from '../lib/error-words.ts';
import { firstName } from '../lib/people.ts';
import type { Store } from '../lib/store.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Keys } from '../ui/keys.tsx';
import { Plate } from '../ui/plate.tsx';
import { useToast } from '../ui/toasts.tsx';
import { type Forwardable, type Forwarding, forwardingOf, sendForward } from './forwarding.ts';
import { Passed } from './passed.tsx';

interface ForwardPanelProps {
  conversation: Conversation;
  forwarding: Forwarding;
  entry: Forwardable;
}

/** Passes a message on to somebody outside: to whom, a note above it, and which of its files go along. */
export function ForwardPanel({ conversation, forwarding, entry }: ForwardPanelProps) {
  const store = forwardingOf(useClient(), conversation.id);
  const toast = useToast();
  const title = useId();
  const panel = useRef<HTMLElement>(null);
  const change = (part: Partial<Forwarding>): void => store.set({ ...forwarding, error: null, ...part });
  const close = (): void => change({ open: false });
  const send = (): void => sendForward(conversation, store, () => toast('Forwarded'));
  useEffect(() => {
    // After the menu it was chosen in has given the focus back.
    const timer = setTimeout(() => panel.current?.querySelector<HTMLElement>('input')?.focus(), 60);
    return () => clearTimeout(timer);
  }, []);
  return (
    <section
      ref={panel}
      className="compose forward"
      role="dialog"
      aria-labelledby={title}
      onKeyDown={(event) => {
        if (event.defaultPrevented || event.nativeEvent.isComposing) return;
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
          event.preventDefault();
          send();
        }
        if (event.key !== 'Escape') return;
        event.preventDefault();
        close();
      }}
    >
      <header className="compose-head">
        <h2 id={title}>Forward</h2>
        <IconButton icon={X} label="Close, and keep the text" shortcut="back" onClick={close} />
      </header>
      <div className="compose-form">
        <div className="forward-scroll">
          <To forwarding={forwarding} store={store} />
          <Stops conversation={conversation} error={forwarding.error} />
          <textarea
            className="editor forward-note"
            aria-label="Note above it"
            placeholder="Write a note above it, or nothing"
            value={forwarding.note}
            readOnly={forwarding.sending}
            onChange={(event) => change({ note: event.target.value })}
          />
          <Passed entry={entry} without={forwarding.without} onWithout={(without) => change({ without })} />
        </div>
        <Tools
          conversation={conversation}
          forwarding={forwarding}
          onSend={send}
          onDiscard={() => store.set(null)}
        />
      </div>
    </section>
  );
}

const LABELS = { to: 'To', cc: 'Cc' } as const;

function To({ forwarding, store }: { forwarding: Forwarding; store: Store<Forwarding | null> }) {
  const { addressing } = forwarding;
  const put = (next: Forwarding['addressing']): void => {
    const now = store.getSnapshot();
    if (now !== null) store.set({ ...now, addressing: next, error: null });
  };
  const at = () => store.getSnapshot()?.addressing ?? addressing;
  return (
    <div className="forward-to">
      {(['to', 'cc'] as const).map((field: Field & ('to' | 'cc')) => (
        <RecipientsField
          key={field}
          label={LABELS[field]}
          people={addressing.people[field]}
          typed={addressing.typed[field]}
          wrong={addressing.wrong[field]}
          onPut={(next) => put(withPeople(at(), at().people, field, next))}
          onType={(text) =>
            put({
              ...at(),
              typed: { ...at().typed, [field]: text },
              wrong: { ...at().wrong, [field]: null },
            })
          }
          onTake={() => put(taken(at(), at().people, field))}
        />
      ))}
    </div>
  );
}

/** What stands in the way: a colleague who is replying, or why it was not sent. */
function Stops({ conversation, error }: { conversation: Conversation; error: unknown }) {
  const lock = useReadable(conversation.lock);
  return (
    // Always there, so that what appears in it is read aloud.
    <div role="status" aria-label="What stands in the way">
      {lock.status === 'theirs' ? (
        <Bar
          look="theirs"
          plate={padlock}
          title={`${firstName(lock.holder.name)} is replying`}
          rest="A forward leaves under the same lock. Your text is kept."
        />
      ) : error === null ? null : (
        <Bar
          look="stopped"
          plate={
            <Plate look="stop">
              <Icon of={TriangleAlert} size={17} />
            </Plate>
          }
          title="Not sent"
          rest={`${problemWords(error)} Your text is kept.`}
        />
      )}
    </div>
  );
}

interface ToolsProps {
  conversation: Conversation;
  forwarding: Forwarding;
  onSend: () => void;
  onDiscard: () => void;
}

function Tools({ conversation, forwarding, onSend, onDiscard }: ToolsProps) {
  const { addressing, sending } = forwarding;
  const connected = useConnected();
  const held = useReadable(conversation.lock).status === 'theirs';
  const somebody = addressing.people.to.length > 0 || addressing.typed.to.trim() !== '';
  return (
    <div className="composer-tools">
      <span className="grow" />
      <IconButton icon={Trash2} label="Discard" disabled={sending} onClick={onDiscard} />
      <Button look={connected ? 'primary' : 'wait'} disabled={!somebody || sending || held} onClick={onSend}>
        {sending ? 'Sending…' : connected ? 'Forward' : 'Forward when connected'}
        <Keys keys={[MOD, '↵']} />
      </Button>
    </div>
  );
}
