import { useShortcut } from '../keys/use-shortcut.ts';

interface BackProps {
  /** A conversation is open. */
  readonly open: boolean;
  /** Null: no details lie over the thread. */
  readonly onCloseDetails: (() => void) | null;
  readonly onClose: () => void;
}

/** Esc goes one step back: out of the text, off the details, from the thread to its row, and then it is closed. */
export function useBack({ open, onCloseDetails, onClose }: BackProps): void {
  const back = (): void => {
    const { activeElement } = document;
    const thread = document.querySelector<HTMLElement>('main.thread');
    if (activeElement instanceof HTMLTextAreaElement || activeElement instanceof HTMLInputElement) {
      // To the messages, so that single keys act on the conversation.
      const messages = thread?.querySelector<HTMLElement>('.messages');
      if (messages === null || messages === undefined) activeElement.blur();
      else messages.focus();
      return;
    }
    if (onCloseDetails !== null) return onCloseDetails();
    const row = document.querySelector<HTMLElement>('.list-rows [aria-current="true"]');
    const inList = row?.closest('.list-rows')?.contains(activeElement) === true;
    // On a phone the list is not shown: there is no row to go to.
    if (row !== null && !inList && row.offsetParent !== null) row.focus();
    else onClose();
  };
  useShortcut('back', open ? back : null);
}
