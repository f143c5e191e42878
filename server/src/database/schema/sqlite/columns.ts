import { integer } from 'drizzle-orm/sqlite-core';

/** Epoch milliseconds of the server. */
export const time = (name: string) => integer(name);

/** Yes or no. */
export const flag = (name: string) => integer(name, { mode: 'boolean' });
