export { createLatchbox } from './create.ts';
export type { Inbox, LatchboxClient, LatchboxOptions } from './client.ts';
export type { ServerTime } from './connection/clock.ts';
export type { Auth, ConnectionState } from './connection/states.ts';
export type { Conversation, ConversationSnapshot, Lease, OpenOptions } from './conversation/types.ts';
export type { Draft, DraftSnapshot } from './conversation/draft.ts';
export type {
  AcquireOptions,
  ConversationLock,
  Fence,
  HeldLock,
  LockAnswer,
  LockState,
} from './conversation/lock-state.ts';
export type {
  Addressed,
  NoteInput,
  OutgoingMessage,
  Pending,
  ReplyInput,
  ScheduleInput,
} from './conversation/outgoing.ts';
export { type ComposerAffordances, composerAffordances, type LockAction } from './affordances.ts';
export type { LogEntry, Timings } from './core.ts';
export { DEFAULT_TIMINGS } from './core.ts';
export type { EventMap, EventName, EventOf, LockReceived } from './events.ts';
export type { Readable } from './lib/readable.ts';
export type { Abortable, Unsubscribe } from './lib/scope.ts';
export type {
  FileLink,
  HtmlOptions,
  Mail,
  MailHtml,
  MailPage,
  MailsOptions,
  Member,
  PreparedReply,
  RequestOptions,
  ScheduleChange,
  UploadOptions,
} from './rest-types.ts';
export type { Runtime, Watched } from './runtime.ts';
export { type SocketIoOptions, socketIoTransport } from './socket-io.ts';
export type { Link, RestRequest, RestResponse, Transport, TransportEvents } from './transport.ts';
export type { ConversationList, ConversationListSnapshot, ListQuery } from './sync/list.ts';
export type { ListRow } from './sync/rows.ts';
export type { InboxPresence } from './sync/there.ts';
export type {
  ComposeCheck,
  ComposeInput,
  ComposeTarget,
  ComposeTo,
  Composing,
  FindContactsOptions,
  FoundContact,
} from './writing-first.ts';
export {
  type AnyLatchboxError,
  type ErrorCode,
  type ErrorTable,
  LatchboxError,
  type RetryPolicy,
} from '@latchbox/shared/error-codes';
export type { LockEndReason } from '@latchbox/shared/lock-machine';
export type { Account, Accounts } from '@latchbox/shared/model/account';
export type { CallFacts, CallState, CallWhy, Voicemail } from '@latchbox/shared/model/call';
export type { Attachment } from '@latchbox/shared/model/attachment';
export type { Fold, MailAddress, MailFacts, MailOut } from '@latchbox/shared/model/mail';
export type { InboxCounts } from '@latchbox/shared/realtime/up/inbox-counts';
export type { Capability, Me, Person, Role } from '@latchbox/shared/model/agent';
export type {
  ChannelName,
  ConversationRow,
  ConversationStatus,
  Contact,
  DraftKind,
} from '@latchbox/shared/model/conversation';
export type { AddressTrouble } from '@latchbox/shared/model/address-trouble';
export type { Forward } from '@latchbox/shared/model/forward';
export type { ScheduledReply } from '@latchbox/shared/model/scheduled';
export type { Recipient, Recipients } from '@latchbox/shared/model/recipients';
export type {
  CallEntry,
  Delivery,
  Entry,
  NoteEntry,
  RecipientDelivery,
  ReplyEntry,
} from '@latchbox/shared/model/entry';
export type { InboxSummary, InboxTimes, LockOn, TakeOverBy } from '@latchbox/shared/model/inbox';
export type {
  HandOverOffer,
  IdleState,
  LockAsk,
  LockLine,
  LockPeriod,
  LockView,
} from '@latchbox/shared/model/lock';
export type { HandedOver } from '@latchbox/shared/realtime/up/lock-hand-over';
export type { Availability, Typist, Viewer } from '@latchbox/shared/model/presence';
export type { StreamEvent } from '@latchbox/shared/realtime/events/index';
