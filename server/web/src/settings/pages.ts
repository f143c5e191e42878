import {
  Bell,
  BookUser,
  Building2,
  CalendarClock,
  Clock,
  Inbox,
  type LucideIcon,
  Mail,
  MailQuestionMark,
  PenLine,
  Phone,
  PhoneIncoming,
  PlaneTakeoff,
  RadioTower,
  Route,
  ScrollText,
  ShieldCheck,
  SlidersHorizontal,
  Timer,
  UserRoundCheck,
  Users,
  UsersRound,
} from 'lucide-react';
import { type ComponentType, lazy, type LazyExoticComponent } from 'react';

export interface SettingsPageProps {
  /** What stands in the address behind the page's own name: mostly the id of an inbox. */
  readonly rest: readonly string[];
}

export interface SettingsEntry {
  /** In the address: `/settings/<path>`. */
  readonly path: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly group: 'You' | 'Inboxes' | 'Organisation';
  /** Who finds it in the navigation: `managers` of at least one inbox, and admins. The server decides what they may do. */
  readonly who: 'everybody' | 'managers' | 'admins';
  readonly Page: LazyExoticComponent<ComponentType<SettingsPageProps>>;
}

const of = (load: () => Promise<ComponentType<SettingsPageProps>>) =>
  lazy(async () => ({ default: await load() }));

/** Every page of the settings, in the order of the navigation. A page more is a line more here. */
export const SETTINGS: readonly SettingsEntry[] = [
  {
    path: 'signature',
    label: 'Signature',
    icon: PenLine,
    group: 'You',
    who: 'everybody',
    Page: of(async () => (await import('./signature/my-signature-page.tsx')).MySignaturePage),
  },
  {
    path: 'sending',
    label: 'Sending',
    icon: Clock,
    group: 'You',
    who: 'everybody',
    Page: of(async () => (await import('./sending-page.tsx')).SendingPage),
  },
  {
    path: 'notifications',
    label: 'Notifications',
    icon: Bell,
    group: 'You',
    who: 'everybody',
    Page: of(async () => (await import('./notifications/notifications-page.tsx')).NotificationsPage),
  },
  {
    path: 'absence',
    label: 'Out of office',
    icon: PlaneTakeoff,
    group: 'You',
    who: 'everybody',
    Page: of(async () => (await import('./hours/absence-page.tsx')).AbsencePage),
  },
  {
    path: 'my-mailboxes',
    label: 'My mailboxes',
    icon: Inbox,
    group: 'You',
    who: 'everybody',
    Page: of(async () => (await import('./seats/my-mailboxes-page.tsx')).MyMailboxesPage),
  },
  {
    path: 'security',
    label: 'Security',
    icon: ShieldCheck,
    group: 'You',
    who: 'everybody',
    Page: of(async () => (await import('./security/security-page.tsx')).SecurityPage),
  },
  {
    path: 'inboxes',
    label: 'Shared inboxes',
    icon: Inbox,
    group: 'Inboxes',
    who: 'admins',
    Page: of(async () => (await import('./inboxes/inboxes-page.tsx')).InboxesPage),
  },
  {
    path: 'inbox',
    label: 'Name and locks',
    icon: SlidersHorizontal,
    group: 'Inboxes',
    who: 'managers',
    Page: of(async () => (await import('./inbox/inbox-page.tsx')).InboxPage),
  },
  {
    path: 'members',
    label: 'Members',
    icon: UsersRound,
    group: 'Inboxes',
    who: 'managers',
    Page: of(async () => (await import('./members/members-page.tsx')).MembersPage),
  },
  {
    path: 'signatures',
    label: 'Signatures',
    icon: PenLine,
    group: 'Inboxes',
    who: 'managers',
    Page: of(async () => (await import('./signature/inbox-signature-page.tsx')).InboxSignaturePage),
  },
  {
    path: 'assignment',
    label: 'Assignment',
    icon: UserRoundCheck,
    group: 'Inboxes',
    who: 'managers',
    Page: of(async () => (await import('./assignment/assignment-page.tsx')).AssignmentPage),
  },
  {
    path: 'hours',
    label: 'Office hours',
    icon: CalendarClock,
    group: 'Inboxes',
    who: 'managers',
    Page: of(async () => (await import('./hours/hours-page.tsx')).HoursPage),
  },
  {
    path: 'mailboxes',
    label: 'Mailboxes',
    icon: Mail,
    group: 'Inboxes',
    who: 'managers',
    Page: of(async () => (await import('./mailboxes/mailboxes-page.tsx')).MailboxesPage),
  },
  {
    path: 'numbers',
    label: 'Numbers',
    icon: Phone,
    group: 'Inboxes',
    who: 'managers',
    Page: of(async () => (await import('./numbers/numbers-page.tsx')).NumbersPage),
  },
  {
    path: 'calls',
    label: 'Calls',
    icon: PhoneIncoming,
    group: 'Inboxes',
    who: 'managers',
    Page: of(async () => (await import('./calls/calls-page.tsx')).CallsPage),
  },
  {
    path: 'retention',
    label: 'Retention',
    icon: Timer,
    group: 'Inboxes',
    who: 'admins',
    Page: of(async () => (await import('./contacts/retention-page.tsx')).RetentionPage),
  },
  {
    path: 'registrations',
    label: 'Carrier registration',
    icon: RadioTower,
    group: 'Inboxes',
    who: 'admins',
    Page: of(async () => (await import('./registrations/registrations-page.tsx')).RegistrationsPage),
  },
  {
    path: 'organisation',
    label: 'General',
    icon: Building2,
    group: 'Organisation',
    who: 'admins',
    Page: of(async () => (await import('./seats/organisation-page.tsx')).OrganisationPage),
  },
  {
    path: 'mailbox-requests',
    label: 'Mailbox requests',
    icon: MailQuestionMark,
    group: 'Organisation',
    who: 'admins',
    Page: of(async () => (await import('./seats/mailbox-requests-page.tsx')).MailboxRequestsPage),
  },
  {
    path: 'masters',
    label: 'Master mailboxes',
    icon: Route,
    group: 'Organisation',
    who: 'admins',
    Page: of(async () => (await import('./masters/masters-page.tsx')).MastersPage),
  },
  {
    path: 'contacts',
    label: 'Contacts',
    icon: BookUser,
    group: 'Organisation',
    who: 'admins',
    Page: of(async () => (await import('./contacts/contacts-page.tsx')).ContactsPage),
  },
  {
    path: 'users',
    label: 'Users',
    icon: Users,
    group: 'Organisation',
    who: 'admins',
    Page: of(async () => (await import('./users/users-page.tsx')).UsersPage),
  },
  {
    path: 'audit',
    label: 'Audit',
    icon: ScrollText,
    group: 'Organisation',
    who: 'admins',
    Page: of(async () => (await import('./audit/audit-page.tsx')).AuditPage),
  },
];
