import { MOD } from './mod.ts';

/** Everything that a key does on this page: the `?` sheet and the tooltips are made of it. */
export const SHORTCUTS = {
  next: { keys: ['j'], words: 'Next conversation', group: 'Move' },
  previous: { keys: ['k'], words: 'Previous conversation', group: 'Move' },
  open: { keys: ['↵'], words: 'Open it', group: 'Move' },
  back: { keys: ['Esc'], words: 'Back: out of the text, to the list, close', group: 'Move' },
  compose: { keys: ['c'], words: 'New message', group: 'Conversation' },
  reply: { keys: ['r'], words: 'Write a reply', group: 'Conversation' },
  note: { keys: ['n'], words: 'Write a note', group: 'Conversation' },
  send: { keys: [MOD, '↵'], words: 'Send', group: 'Conversation' },
  undo: { keys: ['z'], words: 'Take back what was just sent', group: 'Conversation' },
  archive: { keys: ['e'], words: 'Archive, or reopen', group: 'Conversation' },
  snooze: { keys: ['s'], words: 'Snooze', group: 'Conversation' },
  assign: { keys: ['a'], words: 'Assign', group: 'Conversation' },
  unread: { keys: ['u'], words: 'Mark as unread, or read', group: 'Conversation' },
  filter: { keys: ['f'], words: 'Filter the list', group: 'Move' },
  'go-mine': { keys: ['g', 'm'], words: 'Mine', group: 'Go to' },
  'go-unassigned': { keys: ['g', 'u'], words: 'Unassigned', group: 'Go to' },
  'go-all': { keys: ['g', 'a'], words: 'All', group: 'Go to' },
  'go-snoozed': { keys: ['g', 's'], words: 'Snoozed', group: 'Go to' },
  'go-archived': { keys: ['g', 'e'], words: 'Archived', group: 'Go to' },
  'go-inbox': { keys: ['g', 'i'], words: 'First inbox', group: 'Go to' },
  'go-mail': { keys: ['g', 'l'], words: 'Mail that left', group: 'Go to' },
  'go-scheduled': { keys: ['g', 'd'], words: 'Sent later', group: 'Go to' },
  'go-settings': { keys: ['g', ','], words: 'Settings', group: 'Go to' },
  help: { keys: ['?'], words: 'This sheet', group: 'Help' },
} as const satisfies Record<string, Shortcut>;

interface Shortcut {
  /** As they are pressed one after the other; with `Ctrl` or `⌘` first, held. */
  readonly keys: readonly string[];
  readonly words: string;
  readonly group: 'Move' | 'Conversation' | 'Go to' | 'Help';
}

export type ShortcutId = keyof typeof SHORTCUTS;

/** Which shortcut a key is, pressed alone or after `g`; null: none. */
export function shortcutOf(key: string, afterG: boolean): ShortcutId | null {
  for (const [id, { keys }] of Object.entries(SHORTCUTS)) {
    const [first, second] = keys;
    const hit = afterG ? first === 'g' && second === key : second === undefined && first === key;
    // What is held with Ctrl, and Enter, are dealt with where they are pressed.
    if (hit && id !== 'open') return id as ShortcutId;
  }
  return null;
}
