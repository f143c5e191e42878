import type { Registry } from 'prom-client';
import type { Handlers } from '../call.ts';
import type { HttpDeps } from '../deps.ts';
import { assignmentHandlers } from './assignment.ts';
import { auditHandlers } from './audit.ts';
import { composingHandlers } from './composing.ts';
import { contactHandlers, contactImportHandlers } from './contacts.ts';
import { conversationHandlers } from './conversations.ts';
import { dkimHandlers } from './dkim.ts';
import { directoryHandlers } from './directory.ts';
import { entryMailHandlers } from './entry-mails.ts';
import { fileHandlers } from './files.ts';
import { hoursHandlers } from './hours.ts';
import { inboxDraftHandlers } from './inbox-drafts.ts';
import { lockHandlers } from './locks.ts';
import { mailboxHandlers } from './mailboxes.ts';
import { mailHandlers } from './mails.ts';
import { outgoingMailHandlers } from './outgoing-mail.ts';
import { masterHandlers } from './masters.ts';
import { notificationHandlers } from './notifications.ts';
import { scheduledHandlers } from './scheduled.ts';
import { seatHandlers } from './seats.ts';
import { sendingHandlers } from './sending.ts';
import { signInHandlers } from './sign-in.ts';
import { callHandlers } from './calls.ts';
import { carrierHandlers } from './carrier.ts';
import { numberHandlers } from './numbers.ts';
import { simulatorHandlers } from './simulator.ts';
import { userHandlers } from './users.ts';
import { systemHandlers } from './system.ts';

/** What every route of the contract does; the compiler sees that none is missing. */
export function createHandlers(deps: HttpDeps, metrics: Registry): Handlers {
  return {
    ...signInHandlers(deps),
    ...sendingHandlers(deps),
    ...scheduledHandlers(deps),
    ...directoryHandlers(deps),
    ...userHandlers(deps),
    ...auditHandlers(deps),
    ...contactHandlers(deps),
    ...contactImportHandlers(deps),
    ...conversationHandlers(deps),
    ...assignmentHandlers(deps),
    ...composingHandlers(deps),
    ...lockHandlers(deps),
    ...fileHandlers(deps),
    ...hoursHandlers(deps),
    ...mailboxHandlers(deps),
    ...masterHandlers(deps),
    ...seatHandlers(deps),
    ...dkimHandlers(deps),
    ...outgoingMailHandlers(deps),
    ...mailHandlers(deps),
    ...notificationHandlers(deps),
    ...inboxDraftHandlers(deps),
    ...entryMailHandlers(deps),
    ...numberHandlers(deps),
    ...callHandlers(deps),
    ...carrierHandlers(deps),
    ...simulatorHandlers(deps),
    ...systemHandlers(deps, metrics),
  };
}
