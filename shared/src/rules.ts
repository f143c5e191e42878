/**
 * Why something that is administered was refused: one row a rule, with the sentence that people read. The code of all of them is
 * `refused`, and its details name the rule, so that a page can stand beside the field it is about and a program can decide by
 * it. A rule keeps its name for good; its sentence may change. Whether something is wrong in a form (`invalid`), was changed
 * meanwhile (`conflict`) or is not there (`not_found`) is said by those codes, not by a rule.
 */
export const RULES = {
  inbox_address_taken: 'Another inbox has this address.',
  inbox_personal_addresses: 'Addresses of a personal inbox come with its mailboxes.',
  inbox_personal_alone: 'A personal inbox is its owner’s alone: nobody is added to it or taken out.',
  inbox_personal_closed: 'Personal inboxes are their owners’ alone in this organisation.',
  inbox_personal_yours: 'This personal inbox is your own.',
  mailbox_alias_unknown: 'Nothing says that this alias is yours. Ask an admin to add it.',
  mailbox_check_failed: 'The connection check failed; nothing was changed.',
  mailbox_code_not_sent: 'No code was sent to this address yet.',
  mailbox_code_over: 'This code counts no more. Have another one sent.',
  mailbox_code_wrong: 'This is not the code that was sent to the address.',
  mailbox_colleague_address: 'This address is a colleague’s.',
  mailbox_group_address:
    'This is a group’s address: it cannot be one person’s own mailbox. An admin can connect it to a shared inbox.',
  mailbox_in_use: 'This address is in use. It has to be removed there first.',
  mailbox_limit_reached: 'There is no place left for another mailbox. An admin can grant more.',
  mailbox_mail_no_address: 'The subject of a request by mail names the address.',
  mailbox_mail_not_account: 'A request by mail counts only from the account’s own address.',
  mailbox_needs_approval: 'Nothing says whose this address is, so an admin has to approve it.',
  mailbox_no_mail: 'This server sends no mail, so it cannot send a code. An admin can approve the request.',
  mailbox_not_a_person: 'Only people have mailboxes of their own.',
  mailbox_owner_only: 'Only the owner of this mailbox changes where it connects to.',
  mailbox_personal_already: 'This mailbox is in a personal inbox already.',
  mailbox_reason_missing: 'Nothing says whose this address is: give the reason why you approve it.',
  mailbox_request_configured: 'This request is done: its mailbox is connected.',
  mailbox_request_decided: 'This request is approved already.',
  mailbox_request_declined: 'This request was declined.',
  mailbox_request_ended: 'The mailbox of this request was removed.',
  mailbox_request_first: 'Mailboxes of a personal inbox are requested first.',
  mailbox_request_waiting: 'An admin has to approve this request first.',
  mailbox_request_withdrawn: 'This request was withdrawn.',
  mailbox_requested_already: 'This mailbox is requested already.',
  mailbox_seat_ended: 'Whoever was deactivated gets no mailbox.',
  mailbox_seat_invited: 'Whoever is invited gets a mailbox after accepting the invitation.',
  mailbox_seat_locked: 'This seat is locked. Unlock it first.',
  mailbox_shared_already: 'This mailbox is in a shared inbox already.',
  mailbox_still_connected: 'Disconnect the mailbox from its inbox first.',
  mailbox_switch_type:
    'One of the inboxes is personal and the other shared: switch the type of the mailbox instead.',
  mailbox_terms_changed: 'The terms were changed since. Read them again and confirm them.',
  mailbox_terms_unconfirmed: 'Confirm the terms first.',
  mailbox_yours_already: 'This is a mailbox of that person already.',
  master_for_shared: 'A mailbox of a shared inbox has no owner, and so it has no master.',
  master_has_followers:
    'This mailbox is itself the master of another one: give that one another master, or none, first.',
  master_has_master: 'It has a master of its own: choose that one, or remove it first.',
  master_itself: 'A mailbox cannot be its own master.',
  master_not_connected: 'It is not connected: answers that go there would not come in.',
  master_of_other: 'It belongs to somebody else.',
  master_shared: 'A mailbox of a shared inbox has no owner, and so it is nobody’s master.',
  master_unknown: 'There is no such mailbox here.',
  number_gone: 'Somebody else has this number by now; choose another one.',
  number_in_use: 'An inbox has this number, or is just getting it.',
  number_no_texts: 'This number cannot send texts.',
} as const satisfies Readonly<Record<string, string>>;

export type Rule = keyof typeof RULES;
