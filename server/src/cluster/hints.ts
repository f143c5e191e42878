/**
 * Short messages between servers that may be lost: wake-ups and volatile signals. A subscriber of the same process gets them
 * too, exactly once. Nothing durable depends on them.
 */
export interface Hints {
  /** `here` is what the subscribers of this process get instead: it may be what no wire carries. */
  publish(channel: string, message: unknown, here?: unknown): void;
  /** Calls `receive` with every message of the channel; returns the end of it. */
  subscribe(channel: string, receive: (message: unknown) => void): () => void;
  close(): Promise<void>;
}
