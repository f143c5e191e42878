import { z } from 'zod';
import { isOneLine, isVisible } from '../model/scalars.ts';

/** One line of text that people read: something visible, no control characters, well-formed. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(isOneLine, 'must be one line without control characters')
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode')
    .refine(isVisible, 'must not be empty');

/** Name of a person, a team, an inbox, a key. */
export const Name = line(200);

export const Email = z.email().max(320);

/** Addresses an inbox in API calls (M10). Without `_`, so that it is never mistaken for an id. */
export const ApiCode = z
  .string()
  .max(48)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 'must be lower-case letters, digits and inner hyphens');

export const Colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour like #3b82a0');

/** An inbox in a path or query: its id or its API code. */
export const InboxRef = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/);

/** Inboxes in a query: ids or API codes, separated by commas. */
export const InboxRefs = z
  .string()
  .max(6_000)
  .regex(
    /^[A-Za-z0-9_-]{1,64}(,[A-Za-z0-9_-]{1,64}){0,199}$/,
    'must be ids or API codes, separated by commas',
  )
  .transform((text) => text.split(','));

/** Yes or no in a query. */
export const queryBoolean = z.enum(['true', 'false']).transform((text) => text === 'true');

/** A whole number in a query. */
export const queryInt = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().int().min(min).max(max))
    .meta({ type: 'integer', minimum: min, maximum: max });

/** The origin of a page, `https://app.example.com`, without a path. */
export const Origin = z
  .string()
  .max(200)
  .regex(
    /^https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?$|^https?:\/\/\[[0-9a-fA-F:]+\](?::\d{1,5})?$/,
    'must be an origin like https://app.example.com',
  );

/** A secret from a link, or between two steps. One that is none is answered like one that is over. */
export const Token = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9_-]+$/);
