import { bigint, smallint } from 'drizzle-orm/pg-core';

/** Epoch milliseconds of the server. */
export const time = (name: string) => bigint(name, { mode: 'number' });

/** 1 or 0, as on SQLite. */
export const flag = (name: string) => smallint(name);
