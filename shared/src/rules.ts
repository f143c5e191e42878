/**
 * Why something that is administered was refused: one row a rule, with the sentence that people read. The code of all of them is
 * `refused`, and its details name the rule, so that a page can stand beside the field it is about and a program can decide by
 * it. A rule keeps its name for good; its sentence may change. Whether something is wrong in a form (`invalid`), was changed
 * meanwhile (`conflict`) or is not there (`not_found`) is said by those codes, not by a rule.
 */
export const RULES = {
  inbox_address_taken: 'Another inbox has this address.',
} as const satisfies Readonly<Record<string, string>>;

export type Rule = keyof typeof RULES;
