// admin/assignment.d.ts
export type Assignees = Answer<typeof listAssignees>;

// admin/assignment.d.ts
export type AssignmentChange = Body<typeof changeAssignment>;

// admin/assignment.d.ts
export type AssignmentSettings = Answer<typeof getAssignment>;

// admin/audit.d.ts
export interface AuditPage {
    readonly entries: readonly AuditEntry[];
    /** Null: there is no more. */
    readonly next: string | null;
}

// admin/audit.d.ts
export interface AuditSearch {
    readonly actor?: string | undefined;
    readonly action?: string | undefined;
    readonly from?: number | undefined;
    readonly to?: number | undefined;
    readonly after?: string | undefined;
    readonly limit?: number | undefined;
}

// admin/contacts.d.ts
export type ContactChange = Body<typeof changeContact>;

// admin/contacts.d.ts
export type ContactConversations = Answer<typeof listContactConversations>;

// admin/contacts.d.ts
export type ContactCounts = Answer<typeof countContacts>;

// admin/contacts.d.ts
export type ContactDetail = Answer<typeof getContact>;

// admin/contacts.d.ts
export type ContactFilter = Omit<Query<typeof listContacts>, 'after' | 'limit' | 'format'>;

// admin/contacts.d.ts
export type ContactPage = Answer<typeof listContacts>;

// admin/contacts.d.ts
export type ImportPreview = Answer<typeof previewImport>;

// admin/contacts.d.ts
export type NewContact = Body<typeof createContact>;

// admin/contacts.d.ts
export type UploadedImport = Answer<typeof createImport>;

// admin/hours.d.ts
export type HoursChange = Body<typeof changeInboxHours>;

// admin/hours.d.ts
export type HoursPresets = Answer<typeof getHoursPresets>['presets'];

// admin/hours.d.ts
export type HoursPreview = Answer<typeof previewInboxHours>;

// admin/hours.d.ts
export type HoursSettings = Answer<typeof getInboxHours>;

// admin/inbox-drafts.d.ts
export type InboxDraftChange = Body<typeof changeInboxDraft>;

// admin/inbox-drafts.d.ts
export type InboxDraftFields = Body<typeof beginInboxDraft>;

// admin/inboxes.d.ts
export type InboxAddress = Answer<typeof listAddresses>['addresses'][number];

// admin/inboxes.d.ts
export type InboxChange = Body<typeof changeInbox>;

// admin/inboxes.d.ts
export type InboxRecord = Answer<typeof listInboxes>['inboxes'][number];

// admin/mailboxes.d.ts
export type MailboxChange = Body<typeof changeMailbox>;

// admin/mailboxes.d.ts
export type MailboxCheck = Answer<typeof checkMailbox>;

// admin/mailboxes.d.ts
export type MailboxProgress = Answer<typeof getMailboxProgress>;

// admin/mailboxes.d.ts
export type MailboxSettings = Body<typeof checkMailbox>;

// admin/mailboxes.d.ts
export type MailboxSwitch = Body<typeof switchMailbox>;

// admin/mailboxes.d.ts
export type NewMailbox = Body<typeof createMailbox>;

// admin/masters.d.ts
export type MasterChoices = Answer<typeof masterChoices>;

// admin/masters.d.ts
export type MasterResult = Answer<typeof setMasters>['results'][number];

// admin/members.d.ts
export interface MemberLeaves {
    readonly assignmentsTo?: string | undefined;
}

// admin/members.d.ts
export type InboxCandidates = Answer<typeof listCandidates>;

// admin/members.d.ts
export type InboxMember = Answer<typeof listMembers>['members'][number];

// admin/members.d.ts
export type MemberHoldings = Answer<typeof getMemberHoldings>;

// admin/notifications.d.ts
export type NotificationPage = Answer<typeof listNotifications>;

// admin/notifications.d.ts
export type NotificationQuery = Query<typeof listNotifications>;

// admin/notifications.d.ts
export type NotificationSettings = Answer<typeof getNotificationSettings>;

// admin/notifications.d.ts
export type NotificationSettingsChange = Body<typeof changeNotificationSettings>;

// admin/numbers.d.ts
export type FoundNumber = Answer<typeof searchNumbers>['numbers'][number];

// admin/numbers.d.ts
export type NumberChange = Body<typeof changeNumber>;

// admin/numbers.d.ts
export type NumberSearch = Query<typeof searchNumbers>;

// admin/outgoing-mail.d.ts
export type DkimCheck = {
    readonly key: Published;
    readonly next: Published | null;
};

// admin/outgoing-mail.d.ts
export type SendingDomainCheck = Answer<typeof checkSendingDomain>;

// admin/outgoing-mail.d.ts
export type TestMailAnswer = Answer<typeof sendTestMail>;

// admin/registrations.d.ts
export type RegistrationFields = Body<typeof putCampaign>;

// admin/seats.d.ts
export type ConfiguredMailbox = Answer<typeof configureMailbox>;

// admin/seats.d.ts
export type GrantedLimit = Body<typeof grantMailboxLimit>['granted'];

// admin/seats.d.ts
export type MailboxConfiguration = Body<typeof configureMailbox>;

// admin/seats.d.ts
export type MailboxRequestFilter = Query<typeof listMailboxRequests>;

// admin/seats.d.ts
export type NewMailboxRequest = Body<typeof requestMailbox>;

// admin/seats.d.ts
export type OrganisationChange = Body<typeof changeOrganisation>;

// admin/seats.d.ts
export type PersonalInbox = Answer<typeof listPersonalInboxes>['inboxes'][number];

// admin/seats.d.ts
export type PersonalReading = Answer<typeof listReadings>['readings'][number];

// admin/security.d.ts
export type AccountSecurity = Answer<typeof getSecurity>;

// admin/security.d.ts
export type FactorSetUp = Answer<typeof beginFactor>;

// admin/sending.d.ts
export type SendingChange = Body<typeof changeSending>;

// admin/sending.d.ts
export type SendingSettings = Answer<typeof getSending>;

// admin/sending.d.ts
export type Signature = NonNullable<Answered['signature']>;

// admin/sending.d.ts
export type SignatureInput = Body<typeof putMySignature>;

// admin/teams.d.ts
export type Team = Answer<typeof listTeams>['teams'][number];

// admin/users.d.ts
export interface UserChange {
    readonly name?: string;
    readonly role?: User['role'];
    readonly email?: string;
}

// admin/users.d.ts
export type Deactivated = Answer<typeof deactivateUser>;

// admin/users.d.ts
export type HandTo = Body<typeof deactivateUser>;

// admin/users.d.ts
export type Holdings = Answer<typeof getHoldings>;

// admin/users.d.ts
export type Invited = Answer<typeof inviteUser>;

// admin/users.d.ts
export type NewUser = Body<typeof inviteUser>;

// admin/users.d.ts
export type SignInRecord = Answer<typeof listUserSignIns>['signIns'][number];

// admin/views.d.ts
export type NewView = Omit<Body<typeof createView>, 'filter'> & {
    readonly filter: ListQuery;
};

// admin/views.d.ts
export type SavedView = Answer<typeof listViews>['views'][number];

// admin/views.d.ts
export type ViewChange = Omit<Body<typeof changeView>, 'filter'> & {
    readonly filter?: ListQuery;
};

export { AuditEntry } from '@latchbox/shared/http/audit';

export { Campaign } from '@latchbox/shared/http/campaigns';

export { ContactImport } from '@latchbox/shared/http/contact-imports';

export { ContactRecord } from '@latchbox/shared/http/contacts';

export { DkimDomain } from '@latchbox/shared/http/dkim';

export { DkimTrouble } from '@latchbox/shared/http/dkim';

export { DomainTrouble } from '@latchbox/shared/http/outgoing-mail';

export { DraftStep } from '@latchbox/shared/http/inbox-drafts';

export { IdentifiedBy } from '@latchbox/shared/http/mailbox-requests';

export { ImportPlan } from '@latchbox/shared/http/contact-imports';

export { InboxDraft } from '@latchbox/shared/http/inbox-drafts';

export { InboxOverview } from '@latchbox/shared/http/inbox-drafts';

export { Incoming } from '@latchbox/shared/http/mailboxes';

export { Mailbox } from '@latchbox/shared/http/mailboxes';

export { MailboxRequest } from '@latchbox/shared/http/mailbox-requests';

export { MailboxSeat } from '@latchbox/shared/http/mailbox-requests';

export { MailboxState } from '@latchbox/shared/http/mailboxes';

export { MailboxTrouble } from '@latchbox/shared/http/mailboxes';

export { MasterRow } from '@latchbox/shared/http/masters';

export { Notification } from '@latchbox/shared/model/notification';

export { NotificationKind } from '@latchbox/shared/model/notification';

export { NotificationRecord } from '@latchbox/shared/model/notification';

export { OptOut } from '@latchbox/shared/http/numbers';

export { Organisation } from '@latchbox/shared/http/organisation';

export { Outgoing } from '@latchbox/shared/http/mailboxes';

export { OutgoingMail } from '@latchbox/shared/http/outgoing-mail';

export { PartResult } from '@latchbox/shared/http/mailboxes';

export { PhoneNumber } from '@latchbox/shared/http/numbers';

export { Published } from '@latchbox/shared/http/dkim';

export { RelayCheck } from '@latchbox/shared/http/outgoing-mail';

export { RelayStep } from '@latchbox/shared/http/outgoing-mail';

export { RequestState } from '@latchbox/shared/http/mailbox-requests';

export { Security } from '@latchbox/shared/http/mailboxes';

export { TeamRegistration } from '@latchbox/shared/http/inbox-drafts';

export { User } from '@latchbox/shared/http/users';

export { UserDetail } from '@latchbox/shared/http/users';
