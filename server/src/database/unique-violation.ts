/** Unique constraints whose violation the program answers: by index name (Postgres) and by columns (SQLite names no index). */
const CONSTRAINTS = {
  lock_epochs_open: 'lock_epochs.conversation_id',
  lock_epochs_open_agent: 'lock_epochs.agent_id',
  lock_epochs_request: 'lock_epochs.conversation_id, lock_epochs.request_id',
  replies_client_id: 'replies.agent_id, replies.client_message_id',
  notes_client_id: 'notes.agent_id, notes.client_message_id',
  agents_email: 'agents.email',
  agents_external_id: 'agents.external_id',
  inboxes_api_code: 'inboxes.api_code',
  mailboxes_address: 'mailboxes.address',
  mailbox_requests_address: 'mailbox_requests.address',
  personal_readings_open: 'personal_readings.inbox_id, personal_readings.agent_id',
  numbers_e164: 'numbers.e164',
  inbox_drafts_number: 'inbox_drafts.number',
  sms_threads_parties: 'sms_threads.number_id, sms_threads.address',
} as const;
export type UniqueConstraint = keyof typeof CONSTRAINTS;

interface DatabaseFailure {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
}

/** True when `error`, or what caused it, is the violation of this unique constraint, on either database. */
export function violates(error: unknown, constraint: UniqueConstraint): boolean {
  for (let at = error; typeof at === 'object' && at !== null; at = (at as DatabaseFailure).cause) {
    const failure = at as DatabaseFailure;
    if (failure.code === '23505') return failure.constraint === constraint;
    if (typeof failure.code === 'string' && failure.code.startsWith('SQLITE_CONSTRAINT')) {
      return String(failure.message).endsWith(`: ${CONSTRAINTS[constraint]}`);
    }
  }
  return false;
}
