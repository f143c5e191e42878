import type { ConversationList, ConversationListSnapshot, ListRow } from '@latchbox/client';
import type { View } from '../app/place.ts';
import type { ViewWords } from './view-words.ts';

export interface RowsProps {
  view: View;
  list: ConversationList;
  snapshot: ConversationListSnapshot;
  /** The rows of the snapshot, in the order in which they are shown. */
  rows: readonly ListRow[];
  openId: string | null;
  words: ViewWords;
  /** Handlers that notice a pointer over the rows. */
  pointer: object;
}
