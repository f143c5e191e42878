/**
 * Short messages between servers that may be lost: wake-ups and volatile signals. A subscriber of the same process gets them
 * too, exactly once. Nothing durable depends on them.
 */
export interface Hints {
  publish(channel: string, message: unknown): void;
  /** Calls `receive` with every message of the channel; returns the end of it. */
  subscribe(channel: string, receive: (message: unknown) => void): () => void;
  close(): Promise<void>;
}
