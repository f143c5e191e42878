import { type Conversation, composerAffordances, type DraftKind } from '@latchbox/client';
import { fill, h, show } from './dom';
import { client } from './latchbox';
import { idleQuestion, lockBar, type Part } from './lock-bar';
import { typingWords } from './words';

/** The line that says who types. */
export function typingLine({ typists }: Conversation): Part {
  const element = h('p', { class: 'typing', role: 'status', 'aria-label': 'Typing' });
  return { element, close: show(typists, (all) => fill(element, typingWords(all))) };
}

/** Where replies and notes are written. */
export function composer(conversation: Conversation): Part {
  let kind: DraftKind = 'reply';
  const tabs = h('div', { class: 'tabs' });
  const field = h('textarea', { oninput: typed });
  const button = h('button', { class: 'go' });
  const parts = [idleQuestion(conversation), lockBar(conversation)];
  const element = h(
    'form',
    { class: 'composer', 'aria-label': 'Composer', onsubmit: send },
    ...parts.map((part) => part.element),
    tabs,
    field,
    h('footer', {}, button),
  );

  function typed(): void {
    conversation.draft(kind).set(field.value); // saved by itself, and still there after a reload
    conversation.activity(kind); // shows the others who types, takes a free lock, answers the idle question
  }

  function send(event: Event): void {
    event.preventDefault();
    if (button.disabled) return;
    const { body } = conversation.draft(kind).getSnapshot();
    // Shown at once, stored once; what goes wrong is shown in the thread.
    if (kind === 'reply') conversation.reply({ body });
    else conversation.note({ body });
  }

  function tab(one: DraftKind, words: string): HTMLElement {
    const pick = (): void => {
      kind = one;
      render();
    };
    return h('button', { type: 'button', 'aria-pressed': String(one === kind), onclick: pick }, words);
  }

  function render(): void {
    const may = composerAffordances(conversation.lock.getSnapshot(), client.connection.getSnapshot());
    const { body } = conversation.draft(kind).getSnapshot();
    const isReply = kind === 'reply';
    // Notes never need the lock.
    field.readOnly = isReply && may.composer === 'read-only';
    field.ariaLabel = isReply ? 'Your reply' : 'Your note';
    field.placeholder = isReply ? 'Write a reply…' : 'Only your colleagues see this.';
    if (field.value !== body) field.value = body;
    button.disabled = body.trim() === '' || (isReply && may.send === 'off');
    button.textContent = may.send === 'queued' ? 'Send when connected' : 'Send';
    fill(tabs, tab('reply', 'Reply'), tab('note', 'Note'));
  }

  const drafts = [conversation.draft('reply'), conversation.draft('note')];
  const stops = [conversation.lock, client.connection, ...drafts].map((readable) =>
    readable.subscribe(render),
  );
  render();
  return {
    element,
    close() {
      for (const stop of stops) stop();
      for (const part of parts) part.close();
    },
  };
}
