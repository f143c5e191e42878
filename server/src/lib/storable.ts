/** Whether every database takes this text: Postgres has no NUL. What is looked for with one is not there. */
export const isStorable = (text: string): boolean => !text.includes('\u0000');

/** A text that somebody calls something by, as it can be stored. */
export const storable = (text: string): string => text.replaceAll('\u0000', '').toWellFormed();
