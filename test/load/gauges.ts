/** What the servers say of themselves, read from their metrics. */

export interface ServerGauges {
  /** Bytes. */
  readonly resident: number;
  readonly heap: number;
  /** p99 since the reading before, ms. */
  readonly lag: number;
  /** Since its start, seconds. */
  readonly processor: number;
  /** Connections, with those that have not said hello. */
  readonly sockets: number;
  /** Streams that somebody subscribes to. */
  readonly rooms: number;
}

/** A reading takes at most so long, ms: a server that is busy is asked again in the next second. */
const PATIENCE = 5_000;

/** The value of a metric without labels, whatever it is prefixed with. */
function valueOf(text: string, name: string): number {
  const found = new RegExp(`^\\w*${name} (\\S+)$`, 'm').exec(text)?.[1];
  return found === undefined ? Number.NaN : Number(found);
}

/** Undefined where a server does not answer, or shows its metrics to others only (`METRICS_TOKEN`). */
export async function readGauges(url: string, token?: string): Promise<ServerGauges | undefined> {
  try {
    const response = await fetch(`${url}/metrics`, {
      signal: AbortSignal.timeout(PATIENCE),
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    });
    if (!response.ok) return undefined;
    const text = await response.text();
    return {
      resident: valueOf(text, 'process_resident_memory_bytes'),
      heap: valueOf(text, 'nodejs_heap_size_used_bytes'),
      lag: valueOf(text, 'nodejs_eventloop_lag_p99_seconds') * 1_000,
      processor: valueOf(text, 'process_cpu_seconds_total'),
      sockets: valueOf(text, 'latchbox_sockets'),
      rooms: valueOf(text, 'latchbox_rooms'),
    };
  } catch {
    return undefined;
  }
}
