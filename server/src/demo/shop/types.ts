export type DemoAgent = 'mara' | 'jonas' | 'tess' | 'luis' | 'wen';

export type DemoInbox = 'hello' | 'orders' | 'bindery' | 'texts';

export type DemoEntry =
  | { readonly by: 'customer'; readonly minutesAgo: number; readonly body: string }
  | {
      readonly by: 'agent' | 'note';
      readonly agent: DemoAgent;
      readonly minutesAgo: number;
      readonly body: string;
    };

export interface DemoConversation {
  /** A slug no other conversation has. */
  readonly key: string;
  readonly inbox: DemoInbox;
  readonly customer: { readonly name: string; readonly address: string };
  readonly subject: string;
  /** Oldest first; the first one is by the customer and minutesAgo strictly decreases. */
  readonly entries: readonly DemoEntry[];
  /** A member of the inbox. */
  readonly assignee?: DemoAgent;
  readonly archived?: true;
}
