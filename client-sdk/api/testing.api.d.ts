// testing/breakable.d.ts
export declare function breakable(inner: Transport): Breakable;

// testing/breakable.d.ts
export interface Breakable {
    readonly transport: Transport;
    /** Ends the connection there is, without a word, and lets none through until `mend`. */
    cut(): void;
    mend(): void;
    /** Ends the connection there is; the next one comes through. */
    blink(): void;
}

// testing/fake-runtime.d.ts
export interface FakeRuntime extends Runtime {
    setVisible(visible: boolean): void;
    setOnline(online: boolean): void;
    /** The tab is closed, or its page is about to be reloaded: its names are free, its storage stays. */
    unload(): void;
    /** How far this machine's clock is ahead of the server's (ms). */
    skew: number;
    /** What the tab's storage holds. */
    readonly stored: ReadonlyMap<string, string>;
    /** Listeners on the page; none when everything was closed. */
    readonly listeners: number;
}

// testing/fake-server.d.ts
export declare function createFakeServer(options?: FakeServerOptions): FakeServer;

// testing/fake-server.d.ts
export interface FakeServer {
    /** For `createLatchbox({ transport })`: any number of clients may share it. */
    readonly transport: Transport;
    /** The surroundings of one tab. For another tab or device ask `newRuntime()`. */
    readonly runtime: FakeRuntime;
    /** Another tab. With `copyOf` a duplicated one: it begins with a copy of that tab's storage. */
    newRuntime(options?: {
        readonly copyOf?: FakeRuntime;
        readonly device?: string;
    }): FakeRuntime;
    now(): ServerTime;
    /** Lets time pass for the server and all clients: timers fire in order, messages travel. */
    advance(ms: number): Promise<void>;
    /** Lets everything travel that waits, without time passing. */
    flush(): Promise<void>;
    readonly network: MemoryNetwork;
    readonly settings: GatewaySettings;
    /** A colleague who acts at the server, without a client of their own. */
    colleague(agentId: string): Colleague;
    /** The customer of a conversation writes; with `html` it is a mail that has this form too. */
    customerWrites(conversationId: string, body: string, html?: FakeMail): void;
    /** An agent is told something besides what is in their inboxes. */
    notify(agentId: string, notification: Notification): void;
    /** Where the delivery of a reply stands from now on. */
    setDelivery(conversationId: string, position: number, delivery: Delivery): void;
    /** A customer begins a conversation; answers its id. */
    newConversation(options: {
        inboxId?: string;
        from: string;
        subject?: string;
        body: string;
        id?: string;
    }): string;
    addAgent(id: string, name: string, options?: {
        role?: Role;
        inboxes?: Record<string, Capability>;
    }): void;
    addInbox(id: string, name: string, lockOn: 'open' | 'compose'): void;
    /** Something that may be sent from, besides the one of simulated customers that each inbox has. */
    addAccount(inboxId: string, account: Pick<Account, 'channel' | 'address' | 'label'>): void;
    setCapability(agentId: string, inboxId: string, capability: Capability | null): void;
    setTimes(inboxId: string, times: Partial<InboxTimes>): void;
    /** Who may take a lock away from its holder. `ana` is an admin, whom every inbox lets. */
    setTakeOverBy(inboxId: string, takeOverBy: TakeOverBy): void;
    /** Ends whatever lock there is. */
    endLock(conversationId: string, reason: LockEndReason): void;
    /** Cuts connections without a word: of one agent, or of all. */
    drop(agentId?: string): void;
    /** The server goes away and answers nobody, until `up()`. */
    down(): void;
    up(): void;
    /** Says goodbye to an agent's connections, and closes them. */
    goodbye(agentId: string, code: ErrorCode, retryAfterMs?: number): void;
    /** The next command of that name is refused; also a call over REST, as in `POST /api/attachments`. */
    refuse<C extends ErrorCode>(command: string, code: C, details: ErrorTable[C]): void;
    /** This token is no good any more. */
    expire(token: string): void;
    /** As after a restore from a backup: another log, and fences that leave out a million. */
    restore(): void;
    /** The commands that arrived, in order. */
    readonly commands: Gateway['seen'];
    /** Timers that wait, of the server and of all clients. */
    readonly pendingTimers: number;
    /** What is stored, for assertions. */
    readonly world: World;
    readonly gateway: Gateway;
}

// testing/fake-server.d.ts
export interface FakeServerOptions {
    /** The server's time at the start. */
    readonly now?: ServerTime;
    /** Whatever is left to chance follows from it. */
    readonly seed?: number;
    /** False: nothing travels before `flush()` or `network.step()`. */
    readonly auto?: boolean;
}

// testing/fake/files.d.ts
export interface FakeMail {
    readonly html: string;
    /** Images of other servers that the HTML would show. */
    readonly remoteImages?: number;
}

// testing/memory-transport.d.ts
export declare function memoryTransport(accept: Accept, { auto }?: {
    auto?: boolean | undefined;
}): MemoryNetwork;

// testing/memory-transport.d.ts
export interface MemoryConnection {
    readonly url: string;
    /** Sends a frame to the client. */
    frame(frame: object): void;
    /** Ends the connection from the server's side. What was said before still arrives. */
    close(reason?: string): void;
}

// testing/memory-transport.d.ts
export interface MemoryNetwork {
    readonly transport: Transport;
    /** Lets everything through that waits, and what that leads to. Messages on different connections keep their order. */
    flush(): Promise<void>;
    /** Lets one message through, of the connection and direction that `pick` (from 0 up to 1) falls on. */
    step(pick: number): Promise<void>;
    /** Cuts connections without a word; what was on its way is lost. `which` sees each connection's address. */
    drop(which?: (connection: MemoryConnection) => boolean): void;
    /** How many messages wait. */
    readonly waiting: number;
    readonly connections: readonly MemoryConnection[];
}

// testing/memory-transport.d.ts
export interface MemoryPeer {
    /** A command; `answer` is null for a volatile one. */
    command(name: string, input: unknown, answer: ((ack: object) => void) | null): void;
    closed(reason: string): void;
}

// testing/memory-transport.d.ts
export type Accept = (connection: MemoryConnection) => MemoryPeer | null;

// testing/random.d.ts
export declare function seededRandom(seed: number): () => number;

// testing/virtual-clock.d.ts
export declare class VirtualClock {
    #private;
    /** Called after each timer that fired. */
    afterTimer: () => void;
    constructor(now: number);
    readonly now: () => number;
    readonly setTimer: (ms: number, fire: () => void) => (() => void);
    /** How many timers wait: none, when everything was closed. */
    get pending(): number;
    /** Lets `ms` pass: fires what comes due, in order, with `settle` after each. */
    advance(ms: number, settle: () => Promise<void>): Promise<void>;
    /** Moves the clock without firing anything, as after a sleep: what is due then fires with the next `advance`. */
    jump(ms: number): void;
}

// testing/virtual-clock.d.ts
export declare function microtasks(rounds?: number): Promise<void>;
