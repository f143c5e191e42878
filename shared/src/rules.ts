/**
 * Why something that is administered was refused: one row a rule, with the sentence that people read. The code of all of them is
 * `refused`, and its details name the rule, so that a page can stand beside the field it is about and a program can decide by
 * it. A rule keeps its name for good; its sentence may change. Whether something is wrong in a form (`invalid`), was changed
 * meanwhile (`conflict`) or is not there (`not_found`) is said by those codes, not by a rule.
 */
export const RULES = {
  inbox_address_taken: 'Another inbox has this address.',
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
