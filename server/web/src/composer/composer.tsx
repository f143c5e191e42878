import './composer.css';
import type { Conversation, ConversationRow, DraftKind, InboxSummary, Person } from '@latchbox/client';
import { type RefObject, useId, useRef, useState } from 'react';
import { useClient } from '../app/client.ts';
import { type PictureText, pictureText, useAdopted } from '../files/picture-text.ts';
import { TrayFiles } from '../files/tray-files.tsx';
import { useShortcut } from '../keys/use-shortcut.ts';
import { problemWords } from '../lib/error-words.ts';
import { isPhone } from '../lib/is-phone.ts';
import { firstName } from '../lib/people.ts';
import { comingTime } from '../lib/time-words.ts';
import { useToast } from '../ui/toasts.tsx';
import { Address, Signature } from './address.tsx';
import { AttachButton } from './attach-button.tsx';
import { ComposerBar } from './composer-bar.tsx';
import { DraftConflict } from './draft-conflict.tsx';
import { DraftState } from './draft-state.tsx';
import { Editor } from './editor.tsx';
import { HandOver } from './hand-over.tsx';
import { KindTabs } from './kind-tabs.tsx';
import { Latch } from './latch.tsx';
import { HandOverBar } from './passing-bars.tsx';
import { SegmentCount } from './segment-count.tsx';
import { SendButtons } from './send-buttons.tsx';
import { TroubleLines } from './trouble-line.tsx';
import { type ComposerState, useComposer } from './use-composer.ts';
import { useDrop } from './use-drop.ts';

interface ComposerProps {
  conversation: Conversation;
  row: ConversationRow;
  inbox: InboxSummary;
  /** A reply that also archives is stored. */
  onArchived: () => void;
}

/** Where a reply or a note is written, with the bar that says whether it may be sent. */
export function Composer({ conversation, row, inbox, onArchived }: ComposerProps) {
  const state = useComposer(conversation, row, inbox, onArchived);
  const { kind, draft, keeper, addressing } = state;
  const field = useRef<HTMLTextAreaElement>(null);
  const [handingTo, setHandingTo] = useState<Person | null>(null);
  const panel = useId();
  const { over, handlers } = useDrop(state.readOnly ? null : state.attach);
  useWriteKeys(state, field);
  const pictures = usePictures(state, row, field);
  return (
    <div className="composer-wrap">
      <section
        className={`composer ${look(state)} ${over ? 'composer-drop' : ''}`}
        aria-label="Composer"
        {...handlers}
      >
        {/* Always there, so that what appears in it is read aloud. */}
        <div role="status" aria-label="Lock">
          <LockPlace
            state={state}
            conversation={conversation}
            inbox={inbox}
            handingTo={handingTo}
            onHanded={() => setHandingTo(null)}
            onWrite={() => field.current?.focus()}
          />
        </div>
        <div className="composer-tabs">
          <KindTabs kind={kind} replyClosed={state.replyClosed} panel={panel} onChange={state.choose} />
          <span className="composer-lock">
            <Latch kind={kind} lock={state.lock} lockOn={inbox.lockOn} />
            {state.mayHandOver ? <HandOver inboxId={inbox.id} onChosen={setHandingTo} /> : null}
          </span>
        </div>
        {kind === 'note' ? null : (
          <Address row={row} inboxName={inbox.name} addressing={addressing} text={draft.body} />
        )}
        {kind === 'note' ? null : <TroubleLines prepared={addressing.prepared} />}
        <div id={panel} role="tabpanel" aria-label={kind === 'note' ? 'Write a note' : 'Write a reply'}>
          <Editor state={state} conversation={conversation} row={row} field={field} marks={pictures?.marks} />
          {kind === 'note' ? null : <Signature prepared={addressing.prepared} />}
        </div>
        <TrayFiles tray={state.tray} text={pictures} />
        {draft.status === 'conflict' ? <DraftConflict draft={keeper} newer={draft.newer} /> : null}
        <Tools state={state} row={row} field={field} />
      </section>
    </div>
  );
}

/** In mails pictures can stand in the text; undefined where a text is only text. */
function usePictures(
  { kind, keeper, tray, readOnly, write }: ComposerState,
  { channel }: ConversationRow,
  field: RefObject<HTMLTextAreaElement | null>,
): PictureText | undefined {
  const may = kind === 'reply' && channel === 'email' && !readOnly;
  const text = may ? pictureText({ body: () => keeper.getSnapshot().body, write, field }) : undefined;
  useAdopted(tray, text);
  return text;
}

interface ToolsProps {
  state: ComposerState;
  row: ConversationRow;
  field: RefObject<HTMLTextAreaElement | null>;
}

/** Files, whether the text is kept, and the ways to send it. */
function Tools({ state, row, field }: ToolsProps) {
  const { kind, draft } = state;
  const later = useLater(state);
  return (
    <div className="composer-tools">
      <AttachButton disabled={state.readOnly} onFiles={state.attach} />
      <span className="grow cut">
        <DraftState draft={draft} autosave={state.autosave} />
      </span>
      <SegmentCount channel={kind === 'reply' ? row.channel : undefined} text={draft.body} />
      <SendButtons
        kind={kind}
        send={state.mayPress}
        empty={draft.body.trim() === ''}
        filesReady={state.filesReady}
        onLater={(at) => later(at)}
        onSend={(then) => {
          state.send(then);
          // The button goes off with what was sent, and would leave the focus nowhere.
          if (then === 'stay' && !isPhone()) field.current?.focus();
        }}
      />
    </div>
  );
}

/** Keeps the reply to be sent at a time, and says so. */
function useLater(state: ComposerState): (at: number) => void {
  const client = useClient();
  const toast = useToast();
  return (at) => {
    void state.sendLater(at)?.then(
      ({ scheduled, undo }) =>
        toast(`Leaves ${comingTime(scheduled.sendAt, client.clock.now())}`, () => {
          client.unschedule(scheduled.id).then(undo, () => toast('It has left already'));
        }),
      (error: unknown) => toast(`Not kept for later. ${problemWords(error)}`),
    );
  };
}

interface LockPlaceProps {
  state: ComposerState;
  conversation: Conversation;
  inbox: InboxSummary;
  /** The colleague who was chosen to get it, while a word to them is written. */
  handingTo: Person | null;
  onHanded: () => void;
  onWrite: () => void;
}

/** The bar above the composer. */
function LockPlace({ state, conversation, inbox, handingTo, onHanded, onWrite }: LockPlaceProps) {
  const { acts, bar, lock, mayHandOver } = state;
  const toast = useToast();
  if (handingTo !== null && mayHandOver && lock.status === 'mine' && bar?.name !== 'still-working') {
    const handOver = async (note: string): Promise<void> => {
      const result = await lock.lock.handOver(handingTo.id, note);
      if (result.state === 'passed') toast(`Passed on to ${firstName(handingTo.name)}`);
    };
    return (
      <HandOverBar
        to={handingTo}
        onCancel={onHanded}
        onSend={(note) => {
          onHanded();
          void acts.run(() => handOver(note));
        }}
      />
    );
  }
  return (
    <ComposerBar
      state={bar}
      conversation={conversation}
      times={inbox.times}
      hasText={state.hasReply}
      readOnly={state.closed}
      stop={state.stop}
      acts={acts}
      onWrite={onWrite}
    />
  );
}

/** `r` and `n` put the caret into the reply or the note. */
function useWriteKeys(state: ComposerState, field: RefObject<HTMLTextAreaElement | null>): void {
  const open = (wanted: DraftKind): void => {
    if (wanted === 'note' || state.replyClosed === null) state.choose(wanted);
    // After the other text field has come in its place.
    requestAnimationFrame(() => field.current?.focus());
  };
  useShortcut('reply', () => open('reply'));
  useShortcut('note', () => open('note'));
}

function look({ bar, stop, lock, kind, readOnly }: ComposerState): string {
  const ground = kind === 'note' ? 'composer-note' : readOnly ? 'composer-closed' : '';
  if (bar?.name === 'still-working') return `composer-asked ${ground}`;
  if (stop.stopped !== undefined) return `composer-stopped ${ground}`;
  return `${lock.status === 'mine' ? 'composer-mine' : ''} ${ground}`;
}
