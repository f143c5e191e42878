import type { Entry } from '@latchbox/client';
import { Archive, ArchiveRestore, BellOff, Clock, type LucideIcon, MailX, User } from 'lucide-react';
import type { ReactNode } from 'react';
import { firstName } from '../lib/people.ts';
import { clockTime, comingTime, fullTime } from '../lib/time-words.ts';
import { Icon } from '../ui/icon.tsx';
import { Keyhole } from '../ui/keyhole.tsx';
import type { FactLine } from './fact-lines.ts';
import type { LockLine } from './lock-lines.ts';

type Activity = Extract<Entry, { kind: 'activity' }>;

/** "Ben assigned this to Ivo", "Ana archived this": what happened between the messages. */
export function SystemLine({ entry, me }: { entry: Activity; me: string | undefined }) {
  const { author, what, at } = entry;
  const nameOf = (person: { id: string; name: string }) =>
    person.id === me ? 'You' : firstName(person.name);
  const who = author === null ? 'Latchbox' : nameOf(author);
  return (
    <Line icon={<Icon of={iconOf(what)} size={14} />} at={at}>
      <b>{who}</b> {words(what, at, author, nameOf)}
    </Line>
  );
}

/** "Ben was idle and let it go": how a lock ended, where that is worth a line. */
export function LockEndLine({ line }: { line: LockLine }) {
  return (
    <Line icon={<Keyhole size={14} />} at={line.at}>
      <b>{line.who}</b> {line.words}
    </Line>
  );
}

/** "Mail to office@… came back", "Mara wants no more texts". */
export function FactLineView({ fact }: { fact: FactLine }) {
  return (
    <Line icon={<Icon of={fact.what === 'bounced' ? MailX : BellOff} size={14} />} at={fact.at}>
      <b>{fact.who}</b> {fact.words}
    </Line>
  );
}

function Line({ icon, at, children }: { icon: ReactNode; at: number; children: ReactNode }) {
  return (
    <div className="system">
      {icon}
      <span>
        {children}
        <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
          {clockTime(at)}
        </time>
      </span>
    </div>
  );
}

function iconOf(what: Activity['what']): LucideIcon {
  if (what.type === 'assigned') return User;
  return { archived: Archive, snoozed: Clock, open: ArchiveRestore }[what.to];
}

function words(
  what: Activity['what'],
  at: number,
  author: Activity['author'],
  nameOf: (person: { id: string; name: string }) => string,
) {
  if (what.type === 'status') return statusWords(what, at, author === null);
  return assignedWords(what, author, nameOf);
}

function assignedWords(
  { to, team, reason }: Extract<Activity['what'], { type: 'assigned' }>,
  author: Activity['author'],
  nameOf: (person: { id: string; name: string }) => string,
) {
  if (to === null) {
    if (team === undefined) return 'assigned this to nobody';
    return (
      <>
        assigned this to the team <b>{team.name}</b>
      </>
    );
  }
  if (reason === 'replied') return 'took this on by answering';
  if (to.id === author?.id) return 'took this on';
  const name = nameOf(to);
  const yours = name === 'You';
  return (
    <>
      assigned this to <b>{yours ? 'you' : name}</b>
      {team === undefined ? null : ` and the team ${team.name}`}
      {reason === 'dealt' ? `, whose turn it was` : null}
    </>
  );
}

function statusWords(
  what: Extract<Activity['what'], { type: 'status' }>,
  at: number,
  byItself: boolean,
): string {
  switch (what.to) {
    case 'archived':
      return 'archived this';
    case 'snoozed':
      return what.until === undefined ? 'snoozed this' : `snoozed this until ${comingTime(what.until, at)}`;
    case 'open':
      return byItself ? 'brought this back' : 'reopened this';
  }
}
