/** What is set up, by admins and by everybody for themselves: apart from the core, so that nobody loads it who only answers. */
import type { Asks } from './ask.ts';
import { assignment } from './assignment.ts';
import { audit } from './audit.ts';
import { contactImports, contacts } from './contacts.ts';
import { hours } from './hours.ts';
import { inboxDrafts } from './inbox-drafts.ts';
import { inboxes } from './inboxes.ts';
import { mailboxes } from './mailboxes.ts';
import { masters } from './masters.ts';
import { members } from './members.ts';
import { notifications, watchNotifications } from './notifications.ts';
import { numbers } from './numbers.ts';
import { registrations } from './registrations.ts';
import { dkim, outgoingMail } from './outgoing-mail.ts';
import { mailboxRequests, organisation, personalInboxes } from './seats.ts';
import { sending, signatures } from './sending.ts';
import { teams } from './teams.ts';
import { security } from './security.ts';
import { users } from './users.ts';
import { views } from './views.ts';

export interface AdminApi {
  readonly assignment: ReturnType<typeof assignment>;
  readonly audit: ReturnType<typeof audit>;
  readonly contactImports: ReturnType<typeof contactImports>;
  readonly contacts: ReturnType<typeof contacts>;
  readonly dkim: ReturnType<typeof dkim>;
  readonly hours: ReturnType<typeof hours>;
  readonly inboxDrafts: ReturnType<typeof inboxDrafts>;
  readonly inboxes: ReturnType<typeof inboxes>;
  readonly mailboxRequests: ReturnType<typeof mailboxRequests>;
  readonly mailboxes: ReturnType<typeof mailboxes>;
  readonly masters: ReturnType<typeof masters>;
  readonly members: ReturnType<typeof members>;
  readonly notifications: ReturnType<typeof notifications>;
  readonly numbers: ReturnType<typeof numbers>;
  readonly registrations: ReturnType<typeof registrations>;
  readonly outgoingMail: ReturnType<typeof outgoingMail>;
  readonly organisation: ReturnType<typeof organisation>;
  readonly personalInboxes: ReturnType<typeof personalInboxes>;
  readonly sending: ReturnType<typeof sending>;
  readonly signatures: ReturnType<typeof signatures>;
  readonly teams: ReturnType<typeof teams>;
  readonly security: ReturnType<typeof security>;
  readonly users: ReturnType<typeof users>;
  readonly views: ReturnType<typeof views>;
}

/** Typed functions for what is set up, over REST with the client's own token. Each rejects with the server's refusal. */
export function adminOf(client: Asks): AdminApi {
  return {
    assignment: assignment(client),
    audit: audit(client),
    contactImports: contactImports(client),
    contacts: contacts(client),
    dkim: dkim(client),
    hours: hours(client),
    inboxDrafts: inboxDrafts(client),
    inboxes: inboxes(client),
    mailboxRequests: mailboxRequests(client),
    mailboxes: mailboxes(client),
    masters: masters(client),
    members: members(client),
    notifications: notifications(client),
    numbers: numbers(client),
    registrations: registrations(client),
    outgoingMail: outgoingMail(client),
    organisation: organisation(client),
    personalInboxes: personalInboxes(client),
    security: security(client),
    sending: sending(client),
    signatures: signatures(client),
    teams: teams(client),
    users: users(client),
    views: views(client),
  };
}

export {
  assignment,
  audit,
  contactImports,
  contacts,
  dkim,
  hours,
  inboxDrafts,
  inboxes,
  mailboxes,
  mailboxRequests,
  masters,
  members,
  notifications,
  numbers,
  organisation,
  outgoingMail,
  personalInboxes,
  registrations,
  security,
  sending,
  signatures,
  teams,
  users,
  views,
  watchNotifications,
};
export type { Assignees, AssignmentChange, AssignmentSettings } from './assignment.ts';
export type { AuditPage, AuditSearch } from './audit.ts';
export type {
  ContactChange,
  ContactConversations,
  ContactCounts,
  ContactDetail,
  ContactFilter,
  ContactPage,
  ImportPreview,
  NewContact,
  UploadedImport,
} from './contacts.ts';
export type { HoursChange, HoursPresets, HoursPreview, HoursSettings } from './hours.ts';
export type { InboxDraftChange, InboxDraftFields } from './inbox-drafts.ts';
export type { InboxAddress, InboxChange, InboxRecord } from './inboxes.ts';
export type { InboxCandidates, InboxMember, MemberHoldings, MemberLeaves } from './members.ts';
export type {
  MailboxChange,
  MailboxCheck,
  MailboxProgress,
  MailboxSettings,
  MailboxSwitch,
  NewMailbox,
} from './mailboxes.ts';
export type { DkimCheck, SendingDomainCheck, TestMailAnswer } from './outgoing-mail.ts';
export type { DkimDomain, DkimTrouble, Published } from '@latchbox/shared/http/dkim';
export type { DomainTrouble, OutgoingMail, RelayCheck, RelayStep } from '@latchbox/shared/http/outgoing-mail';
export type { MasterChoices, MasterResult } from './masters.ts';
export type { MasterRow } from '@latchbox/shared/http/masters';
export type {
  NotificationPage,
  NotificationQuery,
  NotificationSettings,
  NotificationSettingsChange,
} from './notifications.ts';
export type { FoundNumber, NumberChange, NumberSearch } from './numbers.ts';
export type { RegistrationFields } from './registrations.ts';
export type {
  ConfiguredMailbox,
  GrantedLimit,
  MailboxConfiguration,
  MailboxRequestFilter,
  NewMailboxRequest,
  OrganisationChange,
  PersonalInbox,
  PersonalReading,
} from './seats.ts';
export type {
  IdentifiedBy,
  MailboxRequest,
  MailboxSeat,
  RequestState,
} from '@latchbox/shared/http/mailbox-requests';
export type { Organisation } from '@latchbox/shared/http/organisation';
export type { AccountSecurity, FactorSetUp } from './security.ts';
export type {
  Deactivated,
  HandTo,
  Holdings,
  Invited,
  NewUser,
  SignInRecord,
  UserChange,
} from './users.ts';
export type { AuditEntry } from '@latchbox/shared/http/audit';
export type { User, UserDetail } from '@latchbox/shared/http/users';
export type { SendingChange, SendingSettings, Signature, SignatureInput } from './sending.ts';
export type { NewView, SavedView, ViewChange } from './views.ts';
export type {
  Incoming,
  Mailbox,
  MailboxState,
  MailboxTrouble,
  Outgoing,
  PartResult,
  Security,
} from '@latchbox/shared/http/mailboxes';
export type { OptOut, PhoneNumber } from '@latchbox/shared/http/numbers';
export type { ContactImport, ImportPlan } from '@latchbox/shared/http/contact-imports';
export type { ContactRecord } from '@latchbox/shared/http/contacts';
export type { Notification, NotificationKind, NotificationRecord } from '@latchbox/shared/model/notification';
export type { Team } from './teams.ts';
export type { Campaign } from '@latchbox/shared/http/campaigns';
export type {
  DraftStep,
  InboxDraft,
  InboxOverview,
  TeamRegistration,
} from '@latchbox/shared/http/inbox-drafts';
