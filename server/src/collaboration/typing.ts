import type { DownItem, Person, Typist } from '@latchbox/shared';
import { createExpiring } from '../cluster/expiring.ts';
import type { Hints } from '../cluster/hints.ts';
import { createNamedSets } from '../cluster/named-sets.ts';
import type { PresenceRegistry, TypingEntry } from '../cluster/registry.ts';
import type { Clock } from '../lib/clock.ts';
import type { Emit } from './presence-telling.ts';

const CHANNEL = 'typing';

interface Message {
  readonly serverId: string;
  readonly item: Extract<DownItem, { t: 'typing' }>;
}

export interface TypingPlace {
  readonly inboxId: string;
  readonly conversationId: string;
}

/**
 * Who is writing a reply or a note right now (L9), per person and not per tab. Every signal is told to the inbox's sockets on
 * every server at once; receivers drop a typist at `until` by themselves, and only a stop is told before. The caller
 * authorises and throttles: it passes signals for replies from those who may reply and for notes from those who may read, and
 * answers `typistsIn` to members alone. Nothing here throws.
 */
export interface Typing {
  /** Tells the other servers' signals to this server's sockets. */
  start(): void;
  signal(sessionId: string, person: Person, place: TypingPlace, kind: 'reply' | 'note'): void;
  /** The composer was emptied, or what stood in it was sent. Told only if the person was typing there. */
  stopped(person: Person, place: TypingPlace): void;
  /** The session's connection is gone, or it may no longer be here: it types nowhere. */
  gone(sessionId: string): void;
  typistsIn(conversationId: string): Promise<Typist[]>;
  close(): Promise<void>;
}

export interface TypingDeps {
  readonly registry: PresenceRegistry;
  readonly hints: Hints;
  readonly clock: Clock;
  readonly serverId: string;
  readonly emit: Emit;
  /** Ms after which receivers drop a typist who was not told again. */
  readonly expiresAfter: number;
}

/** A typist whose signals come in on this server. */
interface Local {
  readonly sessionId: string;
  readonly person: Person;
  readonly place: TypingPlace;
}
/** `latest`: no typist is told for longer. `until` was set by the clock of another server, which may be an hour ahead. */
export const toTypist = ({ agentId, agentName, kind, until }: TypingEntry, latest: number): Typist => ({
  person: { id: agentId, name: agentName },
  kind,
  until: Math.min(until, latest),
});

const nameOf = (person: Person, place: TypingPlace): string => `${place.conversationId} ${person.id}`;

export function createTyping(deps: TypingDeps): Typing {
  const { registry, hints, clock, serverId, emit, expiresAfter } = deps;
  const bySession = createNamedSets<Local>();
  const locals = createExpiring<Local>(clock, (old) => bySession.delete(old.sessionId, old));
  let end = (): void => undefined;
  const latest = (): number => clock.now() + expiresAfter;

  function tell(item: Message['item']): void {
    emit(item.inboxId, item);
    hints.publish(CHANNEL, { serverId, item } satisfies Message);
  }

  function stop({ person, place }: Local): void {
    locals.delete(nameOf(person, place));
    void registry.removeTyping({ ...place, agentId: person.id });
    tell({ t: 'typing', ...place, person, kind: null, until: clock.now() });
  }

  return {
    start() {
      end = hints.subscribe(CHANNEL, (message) => {
        const { serverId: from, item } = message as Message;
        // By our clock: that of the other server may be another one, and our sockets go by ours.
        if (from !== serverId) emit(item.inboxId, item.kind === null ? item : { ...item, until: latest() });
      });
    },
    signal(sessionId, person, { inboxId, conversationId }, kind) {
      const place = { inboxId, conversationId };
      const local: Local = { sessionId, person, place };
      locals.set(nameOf(person, place), local, expiresAfter);
      bySession.add(sessionId, local);
      const until = latest();
      void registry.putTyping(
        { ...place, agentId: person.id, agentName: person.name, kind, until },
        expiresAfter,
      );
      tell({ t: 'typing', ...place, person, kind, until });
    },
    stopped(person, place) {
      const local = locals.get(nameOf(person, place));
      if (local !== undefined) stop(local);
    },
    gone(sessionId) {
      // One whose time is over was dropped by the receivers already; one that types in another tab by now is not in this set.
      for (const local of bySession.of(sessionId)) {
        if (locals.get(nameOf(local.person, local.place)) === local) stop(local);
      }
    },
    async typistsIn(conversationId) {
      const all = await registry.typingIn(conversationId);
      return all.filter((one) => one.until > clock.now()).map((one) => toTypist(one, latest()));
    },
    async close() {
      end();
      locals.clear();
    },
  };
}
