import type { Accounts } from '@latchbox/shared/model/account';
import type { Me } from '@latchbox/shared/model/agent';
import type { InboxCounts } from '@latchbox/shared/realtime/up/inbox-counts';
import type { LatchboxOptions } from './client.ts';
import type { ConnectionState, Greeting } from './connection/states.ts';
import type { ConversationKeeper } from './conversation/conversation.ts';
import type { Directory } from './directory.ts';
import type { Hub } from './hub.ts';
import type { Made } from './lib/made.ts';
import type { Store } from './lib/readable.ts';
import type { LiveList } from './sync/list.ts';
import type { InboxPresence } from './sync/there.ts';

/** All that a client knows and hands out, for the engine that keeps it up to date. */
export interface Model extends Hub {
  readonly options: LatchboxOptions;
  readonly connection: Store<ConnectionState>;
  readonly me: Store<Me | null>;
  readonly inboxes: Directory;
  readonly counts: Store<readonly InboxCounts[]>;
  readonly accounts: Store<Accounts | null>;
  readonly conversations: Made<ConversationKeeper>;
  readonly lists: ReadonlyMap<string, LiveList>;
  readonly presence: Made<Store<InboxPresence>>;
  greeting: Greeting | undefined;
  line: Hub['line'];
}
