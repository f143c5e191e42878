/** What a transport tells of one connection. Nothing is told before `open` has returned. */
export interface TransportEvents {
  /** From now on things can be said. */
  opened(): void;
  /** A frame arrived: whatever the server sent, unchecked. */
  frame(frame: unknown): void;
  /** The connection is over or never came about. Told once, and nothing after it. */
  closed(reason: string): void;
}

/** One connection, used from `opened` to `closed` and never again. */
export interface Link {
  /** Says a command; `answer` gets the acknowledgement, at most once, and not after `closed`. */
  request(name: string, input: object, answer: (ack: unknown) => void): void;
  /** Says something that may be lost and has no answer. */
  signal(name: string, input: object): void;
  /** Ends the connection. `closed` need not be told any more. */
  close(): void;
}

/** A call over REST, for what does not travel as a command: files, mails as they are, and what is set up. */
export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Blob | Uint8Array | string;
  readonly signal: AbortSignal;
}

/** What is used of a `Response` of `fetch`. */
export interface RestResponse {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
  blob(): Promise<Blob>;
}

/**
 * How frames travel: `socketIoTransport()` by default, the fake server's in tests. A transport neither repeats nor keeps
 * anything: reconnecting, timeouts and repetition belong to the SDK.
 */
export interface Transport {
  open(url: string, events: TransportEvents): Link;
  /** Asks over REST, as `fetch` does. Without it uploads and mails are refused with `offline`. */
  request?(url: string, request: RestRequest): Promise<RestResponse>;
}
