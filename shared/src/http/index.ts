/** The REST contract: every route by its name. The server mounts exactly these; the OpenAPI document is made of them. */
import type { z } from 'zod';
import * as accounts from './accounts.ts';
import * as calls from './calls.ts';
import * as campaigns from './campaigns.ts';
import * as carrier from './carrier.ts';
import * as assignment from './assignment.ts';
import * as contactImports from './contact-imports.ts';
import * as contacts from './contacts.ts';
import * as conversations from './conversations.ts';
import * as dkim from './dkim.ts';
import * as entryMails from './entry-mails.ts';
import * as files from './files.ts';
import * as hours from './hours.ts';
import * as inboxDrafts from './inbox-drafts.ts';
import * as inboxAddresses from './inbox-addresses.ts';
import * as inboxes from './inboxes.ts';
import * as locks from './locks.ts';
import * as mailboxRequests from './mailbox-requests.ts';
import * as mailboxes from './mailboxes.ts';
import * as masters from './masters.ts';
import * as notifications from './notifications.ts';
import * as numbers from './numbers.ts';
import * as mails from './mails.ts';
import * as organisation from './organisation.ts';
import * as outgoingMail from './outgoing-mail.ts';
import { PEOPLE } from './people.ts';
import * as personalInboxes from './personal-inboxes.ts';
import * as replies from './replies.ts';
import * as setUp from './set-up.ts';
import * as signIn from './sign-in.ts';
import * as scheduled from './scheduled.ts';
import * as sending from './sending.ts';
import * as simulator from './simulator.ts';
import * as system from './system.ts';
import * as security from './security.ts';
import * as views from './views.ts';

/** The routes by resource, as they are grouped in the document. */
export const RESOURCES = {
  'Set-up': { getSetUp: setUp.getSetUp, setUp: setUp.setUp },
  'Sign-in': {
    signIn: signIn.signIn,
    refreshToken: signIn.refreshToken,
    signInFactor: security.signInFactor,
    beginSignInFactor: security.beginSignInFactor,
    confirmSignInFactor: security.confirmSignInFactor,
    signOut: signIn.signOut,
    getMe: signIn.getMe,
  },
  Inboxes: {
    listInboxes: inboxes.listInboxes,
    getInbox: inboxes.getInbox,
    createInbox: inboxes.createInbox,
    changeInbox: inboxes.changeInbox,
    listMembers: inboxes.listMembers,
    listCandidates: inboxes.listCandidates,
    getMemberHoldings: inboxes.getMemberHoldings,
    putMember: inboxes.putMember,
    removeMember: inboxes.removeMember,
    listAddresses: inboxAddresses.listAddresses,
    putAddress: inboxAddresses.putAddress,
    removeAddress: inboxAddresses.removeAddress,
  },
  'New inboxes': {
    listInboxDrafts: inboxDrafts.listInboxDrafts,
    beginInboxDraft: inboxDrafts.beginInboxDraft,
    getInboxDraft: inboxDrafts.getInboxDraft,
    changeInboxDraft: inboxDrafts.changeInboxDraft,
    listInboxDraftCandidates: inboxDrafts.listInboxDraftCandidates,
    removeInboxDraft: inboxDrafts.removeInboxDraft,
    confirmInboxDraft: inboxDrafts.confirmInboxDraft,
    listInboxOverviews: inboxDrafts.listInboxOverviews,
  },
  Mailboxes: {
    listMailboxes: mailboxes.listMailboxes,
    checkMailbox: mailboxes.checkMailbox,
    createMailbox: mailboxes.createMailbox,
    getMailbox: mailboxes.getMailbox,
    getMailboxProgress: mailboxes.getMailboxProgress,
    changeMailbox: mailboxes.changeMailbox,
    removeMailbox: mailboxes.removeMailbox,
    disconnectMailbox: mailboxes.disconnectMailbox,
    connectMailbox: mailboxes.connectMailbox,
    switchMailbox: mailboxes.switchMailbox,
  },
  'Mailbox requests': {
    listMailboxRequests: mailboxRequests.listMailboxRequests,
    requestMailbox: mailboxRequests.requestMailbox,
    getMailboxRequest: mailboxRequests.getMailboxRequest,
    approveMailboxRequest: mailboxRequests.approveMailboxRequest,
    declineMailboxRequest: mailboxRequests.declineMailboxRequest,
    withdrawMailboxRequest: mailboxRequests.withdrawMailboxRequest,
    sendMailboxCode: mailboxRequests.sendMailboxCode,
    proveMailboxAddress: mailboxRequests.proveMailboxAddress,
    configureMailbox: mailboxRequests.configureMailbox,
    getMailboxSeat: mailboxRequests.getMailboxSeat,
    grantMailboxLimit: mailboxRequests.grantMailboxLimit,
  },
  'Personal inboxes': {
    listPersonalInboxes: personalInboxes.listPersonalInboxes,
    readPersonalInbox: personalInboxes.readPersonalInbox,
    endReading: personalInboxes.endReading,
    listReadings: personalInboxes.listReadings,
  },
  Organisation: {
    getOrganisation: organisation.getOrganisation,
    changeOrganisation: organisation.changeOrganisation,
  },
  'Master mailboxes': {
    listMasters: masters.listMasters,
    setMasters: masters.setMasters,
    masterChoices: masters.masterChoices,
    setMaster: masters.setMaster,
  },
  'Outgoing mail': outgoingMail.OUTGOING_MAIL,
  'Signed domains': dkim.SIGNED_DOMAINS,
  ...PEOPLE,
  Conversations: {
    listConversations: conversations.listConversations,
    getConversation: conversations.getConversation,
    listEntries: conversations.listEntries,
    listEarlier: conversations.listEarlier,
    getCounts: conversations.getCounts,
    setStatus: conversations.setStatus,
    setSnooze: conversations.setSnooze,
    setAssignee: conversations.setAssignee,
    setRead: conversations.setRead,
    sendReply: replies.sendReply,
    retryReply: replies.retryReply,
    dropReply: replies.dropReply,
    undoReply: replies.undoReply,
    prepareReply: replies.prepareReply,
    addNote: replies.addNote,
    saveDraft: replies.saveDraft,
  },
  Assignment: {
    getAssignment: assignment.getAssignment,
    changeAssignment: assignment.changeAssignment,
    listAssignees: assignment.listAssignees,
  },
  'Saved views': {
    listViews: views.listViews,
    createView: views.createView,
    changeView: views.changeView,
    removeView: views.removeView,
  },
  'Writing first': {
    listAccounts: accounts.listAccounts,
    setDefaultInbox: accounts.setDefaultInbox,
    findContacts: accounts.findContacts,
    checkCompose: accounts.checkCompose,
    compose: accounts.compose,
  },
  Contacts: {
    listContacts: contacts.listContacts,
    countContacts: contacts.countContacts,
    createContact: contacts.createContact,
    getContact: contacts.getContact,
    changeContact: contacts.changeContact,
    listContactConversations: contacts.listContactConversations,
    mergeContacts: contacts.mergeContacts,
    splitContact: contacts.splitContact,
    undoContactAct: contacts.undoContactAct,
    exportContact: contacts.exportContact,
    eraseContact: contacts.eraseContact,
    getRetention: contacts.getRetention,
    putRetention: contacts.putRetention,
  },
  'Imports of contacts': {
    createImport: contactImports.createImport,
    listImports: contactImports.listImports,
    getImport: contactImports.getImport,
    previewImport: contactImports.previewImport,
    startImport: contactImports.startImport,
    stopImport: contactImports.stopImport,
    undoImport: contactImports.undoImport,
    removeImport: contactImports.removeImport,
    exportImportErrors: contactImports.exportImportErrors,
  },
  Mail: {
    getEntryHtml: entryMails.getEntryHtml,
    getRemoteImage: entryMails.getRemoteImage,
    getEntryRaw: entryMails.getEntryRaw,
    importMail: entryMails.importMail,
  },
  Locks: {
    acquireLock: locks.acquireLock,
    moveLock: locks.moveLock,
    renewLock: locks.renewLock,
    releaseLock: locks.releaseLock,
    takeOverLock: locks.takeOverLock,
    handOverLock: locks.handOverLock,
    lockHistory: locks.lockHistory,
  },
  'Mail that left': {
    listMails: mails.listMails,
    getMail: mails.getMail,
    getMailRaw: mails.getMailRaw,
  },
  Sending: {
    getSending: sending.getSending,
    changeSending: sending.changeSending,
    getMySignature: sending.getMySignature,
    putMySignature: sending.putMySignature,
    removeMySignature: sending.removeMySignature,
    getInboxSignature: sending.getInboxSignature,
    putInboxSignature: sending.putInboxSignature,
    removeInboxSignature: sending.removeInboxSignature,
    scheduleReply: scheduled.scheduleReply,
    listScheduledOf: scheduled.listScheduledOf,
    listScheduled: scheduled.listScheduled,
    changeScheduled: scheduled.changeScheduled,
    cancelScheduled: scheduled.cancelScheduled,
  },
  Hours: {
    getHoursPresets: hours.getHoursPresets,
    getInboxHours: hours.getInboxHours,
    changeInboxHours: hours.changeInboxHours,
    previewInboxHours: hours.previewInboxHours,
    tryInboxHours: hours.tryInboxHours,
    getMyHours: hours.getMyHours,
    changeMyHours: hours.changeMyHours,
    previewMyHours: hours.previewMyHours,
    tryMyHours: hours.tryMyHours,
    getAgentHours: hours.getAgentHours,
    changeAgentHours: hours.changeAgentHours,
  },
  Notifications: {
    listNotifications: notifications.listNotifications,
    readNotifications: notifications.readNotifications,
    getNotificationSettings: notifications.getNotificationSettings,
    changeNotificationSettings: notifications.changeNotificationSettings,
  },
  Files: {
    uploadAttachment: files.uploadAttachment,
    linkAttachment: files.linkAttachment,
    getFile: files.getFile,
  },
  'Phone numbers': {
    searchNumbers: numbers.searchNumbers,
    listNumbers: numbers.listNumbers,
    buyNumber: numbers.buyNumber,
    changeNumber: numbers.changeNumber,
    releaseNumber: numbers.releaseNumber,
    listOptOuts: numbers.listOptOuts,
    putOptOut: numbers.putOptOut,
    removeOptOut: numbers.removeOptOut,
    getCampaign: campaigns.getCampaign,
    putCampaign: campaigns.putCampaign,
    submitCampaign: campaigns.submitCampaign,
  },
  Calls: {
    startCall: calls.startCall,
    getCall: calls.getCall,
    getCallRouting: calls.getCallRouting,
    putCallRouting: calls.putCallRouting,
    getMyPhone: calls.getMyPhone,
    putMyPhone: calls.putMyPhone,
  },
  'Simulated carrier': {
    getCarrier: carrier.getCarrier,
    carrierText: carrier.carrierText,
    carrierSettings: carrier.carrierSettings,
    carrierDelivery: carrier.carrierDelivery,
    carrierVerdict: carrier.carrierVerdict,
    carrierRing: carrier.carrierRing,
    carrierPhone: carrier.carrierPhone,
  },
  'Simulated customers': {
    simulatorInboxes: simulator.simulatorInboxes,
    simulatorWrite: simulator.simulatorWrite,
    simulatorThread: simulator.simulatorThread,
  },
  Operation: {
    live: system.live,
    ready: system.ready,
    metrics: system.metrics,
    openApi: system.openApi,
  },
} as const;

export const HTTP = {
  ...RESOURCES['Set-up'],
  ...RESOURCES['Sign-in'],
  ...RESOURCES.Inboxes,
  ...RESOURCES['New inboxes'],
  ...RESOURCES.Mailboxes,
  ...RESOURCES['Master mailboxes'],
  ...RESOURCES['Mailbox requests'],
  ...RESOURCES['Personal inboxes'],
  ...RESOURCES.Organisation,
  ...RESOURCES['Outgoing mail'],
  ...RESOURCES['Signed domains'],
  ...RESOURCES.Teams,
  ...RESOURCES.Agents,
  ...RESOURCES.Users,
  ...RESOURCES['My account'],
  ...RESOURCES['API keys'],
  ...RESOURCES['Token issuers'],
  ...RESOURCES.Audit,
  ...RESOURCES.Conversations,
  ...RESOURCES.Assignment,
  ...RESOURCES['Saved views'],
  ...RESOURCES['Writing first'],
  ...RESOURCES.Contacts,
  ...RESOURCES['Imports of contacts'],
  ...RESOURCES.Mail,
  ...RESOURCES.Locks,
  ...RESOURCES['Mail that left'],
  ...RESOURCES.Sending,
  ...RESOURCES.Hours,
  ...RESOURCES.Notifications,
  ...RESOURCES.Files,
  ...RESOURCES['Phone numbers'],
  ...RESOURCES.Calls,
  ...RESOURCES['Simulated carrier'],
  ...RESOURCES['Simulated customers'],
  ...RESOURCES.Operation,
} as const;

export type Http = typeof HTTP;
export type RouteName = keyof Http;
/** What a caller writes. */
export type HttpInput<N extends RouteName> = {
  params: z.input<Http[N]['params']>;
  query: z.input<Http[N]['query']>;
  body: z.input<Http[N]['body']>;
};
export type HttpResponse<N extends RouteName> = z.output<Http[N]['response']>;

export type { Method, Route, RouteAuth, RouteRate } from './route.ts';
export { route } from './route.ts';
