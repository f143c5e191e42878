import './compose.css';
import '../composer/composer.css';
import type { Account, Accounts, Me } from '@latchbox/client';
import { Trash2, X } from 'lucide-react';
import { useEffect, useEffectEvent, useId } from 'react';
import { useClient, useMe } from '../app/client.ts';
import { placePath } from '../app/place.ts';
import { navigate } from '../app/router.ts';
import { useConnected } from '../app/use-connected.ts';
import { AttachButton } from '../composer/attach-button.tsx';
import { SegmentCount } from '../composer/segment-count.tsx';
import { useDrop } from '../composer/use-drop.ts';
import { TrayFiles } from '../files/tray-files.tsx';
import { MOD } from '../keys/mod.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Keys } from '../ui/keys.tsx';
import { useToast } from '../ui/toasts.tsx';
import type { Preset } from './compose-context.ts';
import { FromField } from './from-field.tsx';
import { isBlank, type LetterKeeper, letterOf } from './letter.ts';
import { Meets } from './meets.tsx';
import { ToField } from './to-field.tsx';
import { useCheck } from './use-check.ts';

interface ComposePanelProps {
  /** Grows each time a message is asked for. */
  nth: number;
  preset: Preset | undefined;
  onClose: () => void;
}

/** A new message, beside whatever else is open; on a phone it is all there is. */
export function ComposePanel({ nth, preset, onClose }: ComposePanelProps) {
  const title = useId();
  const me = useMe();
  const known = useReadable(useClient().accounts);
  return (
    <section
      className="compose"
      role="dialog"
      aria-labelledby={title}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return;
        event.preventDefault();
        onClose();
      }}
    >
      <header className="compose-head">
        <h2 id={title}>New message</h2>
        <IconButton icon={X} label="Close, and keep the text" shortcut="back" onClick={onClose} />
      </header>
      {me === null || known === null ? null : known.accounts.length === 0 ? (
        <p className="compose-none">You may reply in no inbox yet, so there is nothing to send from.</p>
      ) : (
        <Form nth={nth} preset={preset} me={me} known={known} onClose={onClose} />
      )}
    </section>
  );
}

type LetterState = ReturnType<typeof useLetter>;

/** What is written, from where, and what it would meet. */
function useLetter(keeper: LetterKeeper, known: Accounts, me: Me) {
  const letter = useReadable(keeper);
  const sending = useReadable(keeper.sending);
  const files = useReadable(keeper.tray);
  const connected = useConnected();
  const { contact, address, subject, body } = letter;
  const account = known.accounts.find(({ id }) => id === letter.account) ?? known.accounts[0] ?? null;
  const hasTo = contact !== null || address.trim() !== '';
  const target =
    account === null || !hasTo
      ? null
      : {
          account: account.id,
          to: contact === null ? { address: address.trim() } : { contactId: contact.id },
          subject,
        };
  const check = useCheck(target, sending.state === 'refused' ? 1 : 0);
  const filesReady = files.every(({ state }) => state === 'ready');
  const lock = check?.continues?.lock;
  const held = lock?.status === 'held' && lock.holder.id !== me.id ? lock : null;
  return {
    letter,
    account,
    check,
    held,
    connected,
    error: sending.state === 'refused' ? sending.error : null,
    sending: sending.state === 'sending',
    maySend: hasTo && body.trim() !== '' && filesReady && held === null && sending.state !== 'sending',
  };
}

/** Puts in what is known before, and the focus where the first thing is missing. */
function useBegin(nth: number, fill: () => void): void {
  const begin = useEffectEvent(() => {
    fill();
    // After what was put in stands there.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.compose [data-first]')?.focus());
  });
  useEffect(() => begin(), [nth]);
}

function presetPart({ contact, channel, besides, body, ...chosen }: Preset, accounts: readonly Account[]) {
  const fitting = accounts.filter((account) => account.channel === channel);
  const account =
    fitting.find(({ id }) => id === chosen.account) ??
    fitting.find(({ inboxId }) => inboxId !== besides) ??
    fitting[0];
  const written = body === undefined || body.trim() === '' ? {} : { body };
  return { contact, address: '', account: account?.id ?? null, ...written };
}

interface FormProps {
  nth: number;
  preset: Preset | undefined;
  me: Me;
  known: Accounts;
  onClose: () => void;
}

function Form({ nth, preset, me, known, onClose }: FormProps) {
  const keeper = letterOf(useClient(), me.id);
  const state = useLetter(keeper, known, me);
  const { letter, account, check, held, error, sending } = state;
  const send = useSend(keeper, state, onClose);
  const { over, handlers } = useDrop(sending ? null : (files) => keeper.tray.add(files));
  const first = firstMissing(state, known);
  useBegin(nth, () => {
    if (preset !== undefined) keeper.change(presetPart(preset, known.accounts));
  });
  return (
    <form
      className={`compose-form ${over ? 'composer-drop' : ''}`}
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
        event.preventDefault();
        send();
      }}
      {...handlers}
    >
      <div className="compose-fields">
        <FromField
          known={known}
          account={account}
          first={first === 'from'}
          nth={nth}
          onChange={(chosen) => keeper.change(withAccount(chosen, account, letter.contact))}
        />
        <ToField
          letter={letter}
          channel={account?.channel}
          first={first === 'to'}
          error={error}
          onChange={(part) => keeper.change(part)}
        />
        {account?.channel === 'sms' ? null : (
          <SubjectField keeper={keeper} subject={letter.subject} first={first === 'subject'} />
        )}
      </div>
      {/* Always there, so that what appears in it is read aloud. */}
      <div role="status" aria-label="What this message meets">
        <Meets check={check} held={held} error={error} onOpen={onClose} />
      </div>
      <textarea
        className="editor compose-body"
        data-first={first === 'body' ? '' : undefined}
        aria-label="Message"
        placeholder="Write your message"
        value={letter.body}
        readOnly={sending}
        onChange={(event) => keeper.change({ body: event.target.value })}
      />
      <TrayFiles tray={keeper.tray} />
      <Tools keeper={keeper} state={state} onSend={send} onClose={onClose} />
    </form>
  );
}

/** Sends the letter, if it may be; once it is stored, the panel is gone and a toast leads to it. */
function useSend(keeper: LetterKeeper, { account, check, maySend }: LetterState, onClose: () => void) {
  const toast = useToast();
  return (): void => {
    if (account === null || !maySend) return;
    const { inboxId } = account;
    const { newestPosition, status = 'archived' } = check?.continues ?? {};
    keeper.send(account, newestPosition, ({ conversationId }) => {
      onClose();
      const place = placePath({ view: { name: 'inbox', inboxId, status }, conversationId });
      toast('Message sent', () => navigate(place), 'Open it');
    });
  };
}

function SubjectField(props: { keeper: LetterKeeper; subject: string; first: boolean }) {
  const { keeper, subject, first } = props;
  const id = useId();
  return (
    <div className="compose-row">
      <label htmlFor={id}>Subject</label>
      <input
        id={id}
        className="compose-input"
        data-first={first ? '' : undefined}
        value={subject}
        maxLength={500}
        autoComplete="off"
        onChange={(event) => keeper.change({ subject: event.target.value })}
      />
    </div>
  );
}

interface ToolsProps {
  keeper: LetterKeeper;
  state: LetterState;
  onSend: () => void;
  onClose: () => void;
}

/** Files, whether it is kept, and what becomes of it. */
function Tools({ keeper, state, onSend, onClose }: ToolsProps) {
  const { letter, sending, connected, maySend } = state;
  return (
    <div className="composer-tools">
      <AttachButton disabled={sending} onFiles={(files) => keeper.tray.add(files)} />
      <span className="grow cut compose-state">{stateWords(state)}</span>
      <SegmentCount channel={state.account?.channel} text={letter.body} />
      {isBlank(letter) ? null : (
        <IconButton
          icon={Trash2}
          label="Discard"
          disabled={sending}
          onClick={() => {
            keeper.discard();
            onClose();
          }}
        />
      )}
      <Button look={connected ? 'primary' : 'wait'} disabled={!maySend} onClick={onSend}>
        {sending ? 'Sending…' : connected ? 'Send' : 'Send when connected'}
        <Keys keys={[MOD, '↵']} />
      </Button>
    </div>
  );
}

/** A contact of another channel cannot be reached from the new account. */
function withAccount(chosen: Account, before: Account | null, contact: { address: string } | null) {
  const kept = chosen.channel === before?.channel;
  return { account: chosen.id, ...(kept || contact === null ? {} : { contact: null }) };
}

/** Where writing goes on: whoever works in a shared inbox is asked from where each time (M6). */
function firstMissing({ letter, account }: LetterState, known: Accounts) {
  const asks = known.accounts.length > 1 && known.accounts.some(({ shared }) => shared);
  if (asks && letter.account === null) return 'from';
  if (letter.contact === null && letter.address.trim() === '') return 'to';
  return letter.subject.trim() === '' && account?.channel !== 'sms' ? 'subject' : 'body';
}

function stateWords({ sending, connected, letter }: LetterState): string {
  if (sending && !connected) return 'It leaves with the connection';
  return isBlank(letter) || sending ? '' : 'Kept in this tab';
}
