import type { Hints } from '../cluster/hints.ts';
import type { PresenceEntry, PresenceRegistry } from '../cluster/registry.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Roster } from './roster.ts';
import type { Difference } from './roster-places.ts';
import { OtherServers, type PresenceMessage } from './other-servers.ts';

const CHANNEL = 'presence';
/** Changes of local sessions are gathered for so many ms before the other servers are told. */
const GATHER = 20;
/** Most sessions in one hint. */
const MOST_IN_HINT = 500;
/** The sweep looks so many times in a beat. */
const LOOKS = 4;

export interface PresenceSyncDeps {
  readonly roster: Roster;
  readonly registry: PresenceRegistry;
  readonly hints: Hints;
  readonly clock: Clock;
  readonly log: Log;
  readonly serverId: string;
  readonly beat: number;
  readonly tell: (difference: Difference) => void;
  /** Before each beat: what time alone has changed about local sessions. */
  readonly beforeBeat: () => void;
}

/**
 * Keeps this server's roster and the others' alike. The registry holds the truth for a while (entries with a time to live),
 * hints say what has changed. A hint that was lost is noticed by the next beat, which carries a digest of the server's list.
 */
export interface PresenceSync {
  start(): void;
  /** A local session is new, different, or gone (null). */
  changed(sessionId: string, entry: PresenceEntry | null): void;
  close(): Promise<void>;
}
export function createPresenceSync(deps: PresenceSyncDeps): PresenceSync {
  const { hints, clock, serverId } = deps;
  const outgoing = createOutgoing(deps);
  const others = new OtherServers({ ...deps, changed: outgoing.changed });
  let ends: (() => void)[] = [];
  let cancelLook = (): void => undefined;
  let looks = 0;
  let lookedAt = 0;

  function take(received: unknown): void {
    const message = received as PresenceMessage;
    if (message.serverId === serverId) return;
    if (message.kind === 'who') outgoing.tellDigest();
    else others.take(message);
  }

  function look(): void {
    const now = clock.monotonic();
    // A process that was stopped has heard nobody meanwhile: its own sleep is nobody else's silence.
    others.sweep(now, Math.max(0, now - lookedAt - deps.beat / LOOKS));
    looks += 1;
    if (looks % LOOKS === 0) void outgoing.beat();
    arm(now);
  }

  function arm(now: number): void {
    lookedAt = now;
    cancelLook = clock.setTimer(deps.beat / LOOKS, look);
  }

  return {
    start() {
      ends = [hints.subscribe(CHANNEL, take)];
      hints.publish(CHANNEL, { kind: 'who', serverId } satisfies PresenceMessage);
      arm(clock.monotonic());
    },
    changed: outgoing.changed,
    async close() {
      cancelLook();
      for (const end of ends) end();
      await outgoing.close();
    },
  };
}

function createOutgoing(deps: PresenceSyncDeps) {
  const { roster, registry, hints, clock, serverId } = deps;
  const waiting = new Map<string, PresenceEntry | null>();
  const ttl = 2 * deps.beat;
  let cancelFlush: (() => void) | undefined;
  let closed = false;

  const say = (message: PresenceMessage): void => hints.publish(CHANNEL, message);
  const failed = (error: unknown): void => deps.log.error('presence was not kept', { error: String(error) });

  function flush(): void {
    cancelFlush?.();
    cancelFlush = undefined;
    const all = [...waiting];
    waiting.clear();
    for (let at = 0; at < all.length; at += MOST_IN_HINT) {
      const put: PresenceEntry[] = [];
      const gone: string[] = [];
      for (const [sessionId, entry] of all.slice(at, at + MOST_IN_HINT)) {
        if (entry === null) gone.push(sessionId);
        else put.push(entry);
      }
      if (put.length > 0) registry.put(put, ttl).catch(failed);
      if (gone.length > 0) registry.remove(serverId, gone).catch(failed);
      say({ kind: 'changed', serverId, put, gone });
    }
  }

  function local(): PresenceEntry[] {
    return roster.onServer(serverId).flatMap((id) => roster.session(id) ?? []);
  }

  /** What waits goes first: then the digest and what the others know agree, or a hint was lost. */
  function tellDigest(): void {
    flush();
    say({ kind: 'beat', serverId, ...roster.digest(serverId) });
  }

  return {
    tellDigest,
    changed: (sessionId: string, entry: PresenceEntry | null): void => {
      waiting.set(sessionId, entry);
      cancelFlush ??= clock.setTimer(GATHER, flush);
    },
    async beat(): Promise<void> {
      deps.beforeBeat();
      // The entries first: who finds another digest reads them.
      await registry.put(local(), ttl).catch(failed);
      if (!closed) tellDigest();
    },
    async close(): Promise<void> {
      closed = true;
      flush();
      say({ kind: 'bye', serverId });
      await registry.remove(serverId, roster.onServer(serverId)).catch(failed);
    },
  };
}
