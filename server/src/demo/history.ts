import {
  type DemoAgent,
  type DemoConversation,
  demoConversations,
  type DemoInbox,
  type DemoCall,
  demoCalls,
  demoOrganisation,
  textConversations,
} from './shop/index.ts';
import { type DemoFile, mailFiles } from './shop/mail-files.ts';
import { mailStyle, type MailStyle } from './shop/mail-styles.ts';

/** One thing that happened in the shop, at a time in epoch ms. `id` is the same at every start. */
export type DemoStep = {
  readonly at: number;
  readonly id: string;
  /** Key of the conversation. */
  readonly in: string;
  readonly inbox: DemoInbox;
} & (
  | {
      readonly did: 'wrote';
      readonly customer: DemoConversation['customer'];
      readonly subject: string;
      readonly body: string;
      readonly files: readonly DemoFile[];
      /** How the mail is written, or by phone; undefined: on the customer page. */
      readonly style: MailStyle | 'text' | undefined;
    }
  | {
      readonly did: 'replied';
      readonly by: DemoAgent;
      readonly body: string;
      readonly files: readonly DemoFile[];
      readonly then: 'stay' | 'archive';
    }
  | { readonly did: 'noted'; readonly by: DemoAgent; readonly body: string }
  | { readonly did: 'assigned'; readonly by: DemoAgent; readonly to: DemoAgent }
  | { readonly did: 'archived'; readonly by: DemoAgent }
  | { readonly did: 'called'; readonly call: DemoCall }
  /** Has seen everything up to then. */
  | { readonly did: 'read'; readonly by: DemoAgent }
);
type Deed<S = DemoStep> = S extends DemoStep ? Omit<S, 'at' | 'id' | 'in' | 'inbox'> : never;

const MINUTE = 60_000;

/** What happened in the shop up to `now`, oldest first; with what customers texted, where they can. */
export function tellHistory(now: number, texts = true): DemoStep[] {
  return [...demoConversations, ...(texts ? textConversations : [])]
    .flatMap((conversation, at) => tellConversation(conversation, now, at))
    .concat(texts ? demoCalls.map((call) => tellCall(call, now)) : [])
    .sort((a, b) => a.at - b.at);
}

function tellCall(call: DemoCall, now: number): DemoStep {
  const { key, minutesAgo } = call;
  return { did: 'called', call, at: now - minutesAgo * MINUTE, id: `demo-${key}`, in: key, inbox: 'texts' };
}

function tellConversation(conversation: DemoConversation, now: number, nth: number): DemoStep[] {
  const { key, inbox, customer, subject, entries, assignee, archived } = conversation;
  const style = inbox === 'texts' ? 'text' : mailStyle(key, nth);
  const steps: DemoStep[] = [];
  // Nobody writes on the full minute, and no two conversations in the same second.
  const shift = ((nth * 7) % 59) * 1_000 + nth;
  const timeOf = (minutesAgo: number) => now - minutesAgo * MINUTE - shift;
  const tell = (at: number, deed: Deed) =>
    void steps.push({ at: Math.min(at, now), id: `demo-${key}-${steps.length}`, in: key, inbox, ...deed });

  const last = entries.at(-1);
  if (last === undefined) return [];
  const lastAt = timeOf(last.minutesAgo);
  let assigned = assignee === undefined;
  for (const [place, entry] of entries.entries()) {
    const at = timeOf(entry.minutesAgo);
    const files = mailFiles[key]?.[place] ?? [];
    if (entry.by === 'customer') {
      tell(at, { did: 'wrote', customer, subject, body: entry.body, files, style });
      continue;
    }
    if (!assigned && assignee !== undefined && entry.agent === assignee) {
      tell(at - 20_000, { did: 'assigned', by: assignee, to: assignee });
      assigned = true;
    }
    if (entry.by === 'note') tell(at, { did: 'noted', by: entry.agent, body: entry.body });
    else {
      const then = archived === true && entry === last ? 'archive' : 'stay';
      tell(at, { did: 'replied', by: entry.agent, body: entry.body, files, then });
    }
    // Who writes in a thread has read it.
    tell(at, { did: 'read', by: entry.agent });
  }
  const manager = managerOf(inbox);
  if (!assigned && assignee !== undefined)
    tell(lastAt + MINUTE, { did: 'assigned', by: manager, to: assignee });
  if (archived === true && last.by !== 'agent') {
    tell(lastAt + 4 * MINUTE, { did: 'archived', by: lastAuthor(conversation) ?? manager });
  }
  const answered = entries.findLast(({ by }) => by !== 'note')?.by === 'agent';
  if (answered || archived === true) {
    membersOf(inbox).forEach((by, at) => tell(lastAt + (5 + 3 * at) * MINUTE, { did: 'read', by }));
  }
  return steps;
}

function lastAuthor({ entries }: DemoConversation): DemoAgent | undefined {
  const entry = entries.findLast(({ by }) => by !== 'customer');
  return entry === undefined || entry.by === 'customer' ? undefined : entry.agent;
}

function membersOf(inbox: DemoInbox): DemoAgent[] {
  return demoOrganisation.agents
    .filter(({ memberships }) => memberships.some((membership) => membership.inbox === inbox))
    .map(({ key }) => key);
}

function managerOf(inbox: DemoInbox): DemoAgent {
  const manager = demoOrganisation.agents.find(({ memberships }) =>
    memberships.some((membership) => membership.inbox === inbox && membership.capability === 'manage'),
  );
  if (manager === undefined) throw new Error(`nobody manages the demo's inbox ${inbox}`);
  return manager.key;
}
