/** Office hours (W5) and out of office (M9): asked for, changed, previewed. */
import { refuse } from '@latchbox/shared';
import type { OfficeHours, OutOfOffice } from '@latchbox/shared/model/hours';
import type { Database, Handle, Tx } from '../database/database.ts';
import { agentById } from '../database/directory/agents.ts';
import { writeAudit } from '../database/directory/records.ts';
import { ensureAutomaticAgent, holdHours, hoursOf, type HoursOwner, writeHours } from '../database/hours.ts';
import { administer, invalid, requireAdmin } from '../directory/admin.ts';
import type { Actor } from '../directory/api.ts';
import { changes } from '../directory/changes.ts';
import { managedInbox, readAsAdmin, visibleInbox } from '../directory/inbox-access.ts';
import type { Log } from '../lib/log.ts';
import { type Absence, absenceAt, answeringTimes, backAt, changed } from './absence.ts';
import { type Interval, isOpen, openTimes } from './schedule.ts';
import { NOTHING_SET, readHours, type Settings, storedHours } from './stored.ts';
import { isLanguage, type Worded, worded } from './words.ts';
import { isTimeZone } from './zone.ts';

export interface HoursDeps {
  readonly db: Database;
  readonly log: Log;
}

/** Of an inbox (its id or API code), or of an agent (its id). */
export type HoursPlace = { readonly inbox: string } | { readonly agent: string };

/** What is left out keeps its value. */
export interface HoursChange {
  readonly hours?: OfficeHours | null | undefined;
  readonly outOfOffice?: OutOfOffice | undefined;
}

export interface HoursView {
  readonly hours: OfficeHours | null;
  readonly outOfOffice: OutOfOffice;
  /** Whether the hours say open now; true where none were set. */
  readonly open: boolean;
  readonly absence: Absence | null;
  readonly changedAt: number | null;
}

export interface HoursPreview {
  readonly from: number;
  readonly to: number;
  readonly answers: Interval[];
  readonly open: Interval[];
  readonly sample: ({ readonly at: number } & Worded) | null;
}

export interface Hours {
  /**
   * Whether an inbox's office hours say open at a time (epoch ms, server time), for whoever decides by it: routing of calls, say. True
   * for an inbox that has none.
   */
  isOpen(inboxId: string, at: number): Promise<boolean>;
  /** Throws `not_found`, and `forbidden` for another agent's to who is no admin. */
  get(actor: Actor, place: HoursPlace): Promise<HoursView>;
  /** Throws `not_found`, `forbidden`, and `invalid` for a zone or language that there is not, and for `auto` without hours. */
  change(actor: Actor, place: HoursPlace, change: HoursChange): Promise<HoursView>;
  /** From now on, by default for a week; with settings that are not stored where they are given. */
  preview(
    actor: Actor,
    place: HoursPlace,
    asked: HoursChange & { readonly days?: number | undefined },
  ): Promise<HoursPreview>;
}

const DAY = 86_400_000;

export function createHours(deps: HoursDeps): Hours {
  const { db } = deps;
  return {
    async isOpen(inboxId, at) {
      const { hours } = await settingsOf(db.read, { kind: 'inbox', ownerId: inboxId });
      return hours === null || isOpen(hours, at);
    },
    async get(actor, place) {
      const { owner } = await visible(deps, actor, place);
      return viewOf(await settingsOf(db.read, owner), await db.now());
    },
    change: (actor, place, change) => changeHours(deps, actor, place, change),
    async preview(actor, place, { days = 7, ...change }) {
      const { owner, names } = await visible(deps, actor, place);
      const from = await db.now();
      const settings = { ...merged(await settingsOf(db.read, owner), checked(change)), changedAt: from };
      return previewOf(settings, { from, to: from + days * DAY }, names);
    },
  };
}

interface Found {
  readonly owner: HoursOwner;
  readonly names: { readonly inbox: string; readonly agent: string };
}

async function visible(deps: HoursDeps, actor: Actor, place: HoursPlace): Promise<Found> {
  if ('inbox' in place) {
    const { inbox } = await visibleInbox(deps.db.read, actor, place.inbox);
    return { owner: { kind: 'inbox', ownerId: inbox.id }, names: { inbox: inbox.name, agent: '' } };
  }
  if (place.agent !== actor.agentId) await readAsAdmin(deps, actor);
  return await ofAgent(deps.db.read, place.agent);
}

async function ofAgent(db: Handle, agentId: string): Promise<Found> {
  const agent = await agentById(db, agentId);
  if (agent === undefined) throw refuse('not_found');
  return { owner: { kind: 'agent', ownerId: agentId }, names: { inbox: '', agent: agent.name } };
}

async function settingsOf(db: Handle, owner: HoursOwner): Promise<Settings> {
  const stored = await hoursOf(db, owner);
  return stored === undefined ? NOTHING_SET : readHours(stored);
}

function viewOf(settings: Settings, now: number): HoursView {
  const { hours, when, text, changedAt } = settings;
  return {
    hours,
    outOfOffice: { when, text },
    open: hours === null || isOpen(hours, now),
    absence: absenceAt(settings, now) ?? null,
    changedAt: changedAt === 0 ? null : changedAt,
  };
}

async function changeHours(
  deps: HoursDeps,
  actor: Actor,
  place: HoursPlace,
  change: HoursChange,
): Promise<HoursView> {
  const [objectType, objectId] = 'inbox' in place ? ['inbox', place.inbox] : ['agent', place.agent];
  const act = { action: 'hours.changed', objectType, objectId };
  return await administer(deps, actor, act, async (tx) => {
    const owner = await mayChange(tx, actor, place);
    const before = readHours(await holdHours(tx, owner, { ...storedHours(NOTHING_SET), changedAt: tx.now }));
    const after = merged(before, checked(change));
    const [was, is] = [viewOf(before, tx.now), viewOf(after, tx.now)];
    const told = changes(
      { hours: was.hours, outOfOffice: was.outOfOffice },
      { hours: is.hours, outOfOffice: is.outOfOffice },
    );
    if (Object.keys(told.after).length === 0) return was;
    const settings = { ...after, ...changed(before, after, tx.now) };
    await writeHours(tx, { ...owner, ...storedHours(settings) });
    if (settings.when.mode !== 'off') await ensureAutomaticAgent(tx);
    await writeAudit(tx, { ...act, objectId: owner.ownerId, actorId: actor.agentId, details: told });
    return viewOf(settings, tx.now);
  });
}

/** Members who manage an inbox its own, everybody their own, admins all. */
async function mayChange(tx: Tx, actor: Actor, place: HoursPlace): Promise<HoursOwner> {
  if ('inbox' in place) {
    const { inbox } = await managedInbox(tx, actor, place.inbox);
    return { kind: 'inbox', ownerId: inbox.id };
  }
  if (place.agent !== actor.agentId) await requireAdmin(tx, actor);
  return (await ofAgent(tx.db, place.agent)).owner;
}

function merged(before: Settings, { hours, outOfOffice }: HoursChange): Settings {
  const after = {
    ...before,
    ...(hours === undefined ? {} : { hours }),
    ...(outOfOffice === undefined ? {} : outOfOffice),
  };
  if (after.when.mode === 'auto' && after.hours === null)
    throw invalid(outOfOffice === undefined ? 'hours' : 'outOfOffice.when', 'needs office hours to go by');
  return after;
}

function checked(change: HoursChange): HoursChange {
  const { hours, outOfOffice } = change;
  if (hours && !isTimeZone(hours.timeZone))
    throw invalid('hours.timeZone', 'is no name of the time zone database, as Europe/Berlin is');
  if (outOfOffice !== undefined && !isLanguage(outOfOffice.text.language))
    throw invalid('outOfOffice.text.language', 'is no language whose days are known, as en-GB is');
  return change;
}

function previewOf(settings: Settings, window: Interval, names: Found['names']): HoursPreview {
  const { hours } = settings;
  const answers = answeringTimes(settings, window);
  const at = answers[0]?.from;
  const absence = at === undefined ? undefined : absenceAt(settings, at);
  const back = absence && backAt(settings, absence);
  return {
    ...window,
    answers,
    open: hours === null ? [window] : openTimes(hours, window.from, window.to),
    sample: at === undefined ? null : { at, ...worded(settings.text, sampleOf(names, back, hours)) },
  };
}

function sampleOf({ inbox, agent }: Found['names'], back: number | undefined, hours: OfficeHours | null) {
  return {
    contact: 'Cora Quist',
    inbox: inbox === '' ? 'Inbox' : inbox,
    agent,
    subject: 'A question',
    back,
    timeZone: hours?.timeZone ?? 'UTC',
  };
}
