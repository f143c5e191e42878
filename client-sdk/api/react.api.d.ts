// react/provider.d.ts
export declare function LatchboxProvider({ client, children }: LatchboxProviderProps): ReactNode;

// react/provider.d.ts
export declare function useLatchbox(): LatchboxClient;

// react/provider.d.ts
export interface LatchboxProviderProps {
    /** Made once, outside of rendering: the provider neither makes one nor connects or closes it. */
    readonly client: LatchboxClient;
    readonly children?: ReactNode;
}

// react/use-accounts.d.ts
export declare function useAccounts(): Accounts | null;

// react/use-connection.d.ts
export declare function useConnection(): ConnectionState;

// react/use-conversation.d.ts
export declare function useConversation(id: string, options?: Pick<OpenOptions, 'lock'>): Conversation;

// react/use-conversations.d.ts
export declare function useConversations(inboxId: string | null, query?: Omit<ListQuery, 'inboxIds'>): Conversations;

// react/use-conversations.d.ts
export type Conversations = ConversationListSnapshot & Pick<ConversationList, 'more'>;

// react/use-counts.d.ts
export declare function useCounts(): readonly InboxCounts[];

// react/use-idle-ping.d.ts
export declare function useIdlePing(conversation: Conversation): IdlePing | null;

// react/use-idle-ping.d.ts
export interface IdlePing {
    /** How long there still is to answer, in whole seconds. */
    readonly secondsLeft: number;
    /** "Yes, still working." */
    readonly stay: () => void;
    /** "No": gives the lock back. The text is kept as a draft. */
    readonly release: () => Promise<void>;
}

// react/use-lock.d.ts
export declare function useLock(conversation: Conversation): LockState;

// react/use-readable.d.ts
export declare function useReadable<T>(readable: Readable<T>): T;
export declare function useReadable<T, S>(readable: Readable<T>, pick: (value: T) => S, same?: (a: S, b: S) => boolean): S;

// react/use-typing.d.ts
export declare function useTyping(conversation: Conversation, kind?: DraftKind): Typing;

// react/use-typing.d.ts
export interface Typing {
    /** Who else types here, a reply or a note. */
    readonly typists: readonly Typist[];
    /** Goes to the field as `onInput`. The first keystroke of a reply also takes a free lock, and answers the idle question. */
    readonly onInput: () => void;
}
