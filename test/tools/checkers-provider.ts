/** Invariants of what the provider got (I16–I18), judged from a recorded run. */

import { lastDump, report, type Violation } from './checkers-locks.ts';
import type { Dump, OutboxRow } from './history-dump.ts';
import type { ProviderCopy } from './history-record.ts';
import type { Run } from './history.ts';

const placeOf = (row: { conversationId: string; position: number }): string =>
  `${row.conversationId}@${row.position}`;

/** Which outbox row a copy belongs to: by its key, or by the Message-ID under which the reply left. */
function rowsByName(dump: Dump): Map<string, OutboxRow> {
  const byPlace = new Map(dump.outbox.map((row) => [placeOf(row), row]));
  const names = new Map(dump.outbox.map((row) => [row.messageKey, row]));
  for (const mail of dump.mailIds ?? []) {
    const row = byPlace.get(placeOf(mail));
    if (row !== undefined) names.set(mail.messageId, row);
  }
  return names;
}

/** How many attempts of each message ended without anybody knowing whether the provider had taken it. */
function ambiguousAttempts(dump: Dump): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { messageKey, outcome } of dump.attempts) {
    // Every other one knows: `refused` and `unreachable` are only written where the message surely did not arrive.
    if (outcome !== null) continue;
    counts.set(messageKey, (counts.get(messageKey) ?? 0) + 1);
  }
  return counts;
}

const taken = ({ answer }: ProviderCopy): boolean => answer === 'accepted' || answer === 'silent';

/** Copies by the outbox row's key, in the order in which the provider got them. */
function copiesOf(run: Run): Map<string, ProviderCopy[]> {
  const names = rowsByName(lastDump(run));
  return Map.groupBy(run.provider ?? [], (copy) => names.get(copy.messageKey)?.messageKey ?? copy.messageKey);
}

/** Of the recipients of a message, the most often any one of them was given it. */
function mostForOne(copies: readonly ProviderCopy[]): { readonly recipient: string; readonly times: number } {
  const times = new Map<string, number>();
  for (const copy of copies.filter(taken))
    for (const recipient of copy.accepted) times.set(recipient, (times.get(recipient) ?? 0) + 1);
  const [recipient = '', count = 0] = [...times].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  return { recipient, times: count };
}

/** Some recipients were taken and some were not: then the message comes again for the rest alone. */
const isMixed = (copies: readonly ProviderCopy[]): boolean =>
  copies.some((copy) => taken(copy) && copy.accepted.length > 0 && copy.refused.length > 0);

/** I16: a recipient gets a message twice at most once for each attempt without a known outcome, always the same bytes. */
export function checkProviderCopies(run: Run): Violation[] {
  const { found, add } = report('I16');
  const dump = lastDump(run);
  const names = rowsByName(dump);
  const ambiguous = ambiguousAttempts(dump);
  for (const [key, copies] of copiesOf(run)) {
    if (!names.has(key)) add(`${key} was sent without an outbox row`);
    if (new Set(copies.map(({ hash }) => hash)).size > 1) add(`${key} left with different bytes`);
    if (isMixed(copies)) continue;
    const { recipient, times } = mostForOne(copies);
    const allowed = 1 + (run.providerForgets === true ? (ambiguous.get(key) ?? 0) : 0);
    if (times > allowed) add(`${key} was given to ${recipient} ${times} times, ${allowed} at most`);
  }
  if (run.provider !== undefined) {
    const got = new Set([...copiesOf(run)].flatMap(([key, copies]) => (copies.some(taken) ? [key] : [])));
    for (const row of dump.outbox) {
      if (row.state === 'sent' && !got.has(row.messageKey))
        add(`${placeOf(row)} counts as sent, but the provider never took it`);
    }
  }
  return found;
}

/** I17: a recipient who has the message does not get it again because another one was refused. */
export function checkRecipients(run: Run): Violation[] {
  const { found, add } = report('I17');
  const ambiguous = ambiguousAttempts(lastDump(run));
  for (const [key, copies] of copiesOf(run)) {
    if (!isMixed(copies)) continue;
    const { recipient, times } = mostForOne(copies);
    const allowed = 1 + (ambiguous.get(key) ?? 0);
    if (times > allowed) add(`${key}: ${recipient} got it ${times} times because of another recipient`);
  }
  return found;
}

/** Places of replies that were given up at some time: others pass them, and sending them again comes later. */
function givenUp(dump: Dump): Set<string> {
  const places = dump.events.flatMap(({ data }) =>
    data.type === 'reply.delivery' && (data.delivery.state === 'failed' || data.delivery.state === 'held')
      ? [placeOf(data)]
      : [],
  );
  return new Set(places);
}

/** When the provider first took each message, on one clock, whichever provider it was. */
function firstTaken(run: Run): Map<string, number> {
  const first = new Map<string, number>();
  const note = (key: string, at: number): void => void first.set(key, Math.min(at, first.get(key) ?? at));
  if (run.provider === undefined) {
    for (const { messageKey, at } of lastDump(run).accepted) if (at !== undefined) note(messageKey, at);
    return first;
  }
  for (const [key, copies] of copiesOf(run))
    for (const copy of copies) if (taken(copy) && copy.accepted.length > 0) note(key, copy.at);
  return first;
}

/** I18: the messages of one conversation reach the provider in their order. */
export function checkOrderAtProvider(run: Run): Violation[] {
  const { found, add } = report('I18');
  const dump = lastDump(run);
  const first = firstTaken(run);
  const passed = givenUp(dump);
  for (const rows of Map.groupBy(dump.outbox, (row) => row.conversationId).values()) {
    let before: { readonly place: string; readonly at: number } | undefined;
    for (const row of rows.toSorted((a, b) => a.position - b.position)) {
      const at = first.get(row.messageKey);
      if (at === undefined || passed.has(placeOf(row))) continue;
      if (before !== undefined && at < before.at) add(`${placeOf(row)} left before ${before.place}`);
      else before = { place: placeOf(row), at };
    }
  }
  return found;
}
