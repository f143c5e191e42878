import { z } from 'zod';
import { Person } from '../model/agent.ts';
import { ChannelName, ConversationRow } from '../model/conversation.ts';
import { Id, ServerTime } from '../model/scalars.ts';
import { InboxRef, line, queryInt } from './fields.ts';
import { route } from './route.ts';

/** Most addresses and numbers of one contact. */
export const MAX_ADDRESSES = 50;
/** Most tags of one contact. */
export const MAX_TAGS = 50;

export const ContactTag = line(60);

const ContactAddress = z.strictObject({
  id: Id,
  channel: ChannelName,
  /** As it is stored: mail addresses in lower case, numbers as +12125550123. */
  address: z.string(),
  /** When somebody first wrote from it or to it; null: nobody did. */
  usedAt: ServerTime.nullable(),
});

/** The person outside, with everything by which they are reached. */
export const ContactRecord = z.strictObject({
  id: Id,
  name: z.string(),
  /** Who answers for the contact's conversations that are assigned to nobody (M8). */
  owner: Person.nullable(),
  tags: z.array(z.string()),
  addresses: z.array(ContactAddress),
  /** For the next change. */
  version: z.number().int(),
  createdAt: ServerTime,
  /** When everything that said who it was went; null: it did not. */
  erasedAt: ServerTime.nullable(),
});
export type ContactRecord = z.infer<typeof ContactRecord>;

const NewAddress = z.strictObject({ channel: z.enum(['email', 'sms']), address: line(320) });

/** The `next` of a page. */
const ContactPlace = z.string().max(1_200);

const contactFilter = {
  /** In the name, or at the beginning of an address. */
  search: z.string().max(200).optional(),
  /** An agent's id, or `none`. */
  owner: Id.optional(),
  tag: ContactTag.optional(),
};

/** Who only wrote to personal inboxes of others (H1) is found by the whole address or number alone. */
export const listContacts = route({
  method: 'GET',
  path: '/api/address-book',
  summary: 'Contacts by name; for admins. As CSV all of them, in columns that an import understands',
  query: z.strictObject({
    ...contactFilter,
    after: ContactPlace.optional(),
    limit: queryInt(1, 200).optional(),
    /** As CSV it is everything that the filter lets through in one file, and `after` and `limit` are not used. */
    format: z.enum(['json', 'csv']).optional(),
  }),
  response: z.strictObject({
    contacts: z.array(ContactRecord),
    /** For `after` of the next page; null on the last one. */
    next: z.string().nullable(),
  }),
  otherTypes: ['text/csv'],
  errors: ['forbidden'],
});

export const countContacts = route({
  method: 'GET',
  path: '/api/contact-counts',
  summary: 'How many contacts there are, and the tags that are in use; for admins',
  response: z.strictObject({
    contacts: z.number().int(),
    tags: z.array(z.strictObject({ tag: z.string(), contacts: z.number().int() })),
  }),
  errors: ['forbidden'],
});

export const createContact = route({
  method: 'POST',
  path: '/api/address-book',
  summary: 'Write down a contact; for admins',
  body: z.strictObject({
    name: line(200),
    ownerId: Id.nullable().optional(),
    tags: z.array(ContactTag).max(MAX_TAGS).optional(),
    addresses: z.array(NewAddress).min(1).max(MAX_ADDRESSES),
  }),
  response: ContactRecord,
  status: 201,
  errors: ['forbidden', 'refused'],
});

const contact = z.strictObject({ contact: Id });

/** A contact that was merged into another is answered as that one. */
export const getContact = route({
  method: 'GET',
  path: '/api/address-book/{contact}',
  summary: 'A contact with what was merged and split of it; for admins',
  params: contact,
  response: ContactRecord.extend({
    conversations: z.number().int(),
    acts: z.array(
      z.strictObject({
        id: Id,
        kind: z.enum(['merge', 'split']),
        at: ServerTime,
        by: Person,
        /** The names of the other contacts. */
        others: z.array(z.string()),
        /** Null: it holds. */
        undoneAt: ServerTime.nullable(),
      }),
    ),
  }),
  errors: ['forbidden', 'not_found'],
});

/** `version`: of the contact as it was seen; `conflict` when it was changed since. What is left out stays. */
export const changeContact = route({
  method: 'PATCH',
  path: '/api/address-book/{contact}',
  summary: 'Change name, owner, tags, addresses of a contact; for admins',
  params: contact,
  body: z.strictObject({
    version: z.number().int(),
    name: line(200).optional(),
    ownerId: Id.nullable().optional(),
    tags: z.array(ContactTag).max(MAX_TAGS).optional(),
    addAddresses: z.array(NewAddress).max(MAX_ADDRESSES).optional(),
    /** Ids of addresses that nobody wrote from or to. */
    removeAddresses: z.array(Id).max(MAX_ADDRESSES).optional(),
  }),
  response: ContactRecord,
  errors: ['forbidden', 'not_found', 'conflict', 'refused'],
});

export const listContactConversations = route({
  method: 'GET',
  path: '/api/address-book/{contact}/conversations',
  summary: 'The newest conversations with a contact, of those in the caller’s own inboxes; for admins',
  params: contact,
  query: z.strictObject({ limit: queryInt(1, 100).optional() }),
  response: z.strictObject({
    conversations: z.array(ConversationRow),
    /** How many there are in inboxes that the caller is no member of. */
    elsewhere: z.number().int(),
  }),
  errors: ['forbidden', 'not_found'],
});

export const mergeContacts = route({
  method: 'POST',
  path: '/api/address-book/{contact}/merge',
  summary: 'Make other contacts part of this one: addresses, conversations, tags; for admins',
  params: contact,
  body: z.strictObject({ with: z.array(Id).min(1).max(20) }),
  response: ContactRecord,
  errors: ['forbidden', 'not_found', 'refused'],
});

export const splitContact = route({
  method: 'POST',
  path: '/api/address-book/{contact}/split',
  summary:
    'Make a contact of its own out of some addresses of this one, with their conversations; for admins',
  params: contact,
  body: z.strictObject({ addressIds: z.array(Id).min(1).max(MAX_ADDRESSES), name: line(200).optional() }),
  response: ContactRecord,
  status: 201,
  errors: ['forbidden', 'not_found', 'refused'],
});

export const undoContactAct = route({
  method: 'POST',
  path: '/api/address-book/{contact}/acts/{act}/undo',
  summary: 'Undo a merge or a split; for admins',
  params: z.strictObject({ contact: Id, act: Id }),
  response: ContactRecord,
  errors: ['forbidden', 'not_found', 'refused'],
});

export const exportContact = route({
  method: 'GET',
  path: '/api/address-book/{contact}/export',
  summary: 'Everything that is kept about one contact, with all messages, as JSON (T15); for admins',
  params: contact,
  response: z.string(),
  otherTypes: ['application/json'],
  errors: ['forbidden', 'not_found'],
});

export const eraseContact = route({
  method: 'POST',
  path: '/api/address-book/{contact}/erase',
  summary:
    'Take away who a contact was, and the texts and files of its conversations, for good (T15); for admins',
  params: contact,
  body: z.strictObject({
    /** The contact's name, so that nobody erases the wrong one. */
    name: z.string().max(200),
  }),
  errors: ['forbidden', 'not_found', 'refused'],
});

const inbox = z.strictObject({ inbox: InboxRef });
const Retention = z.strictObject({
  /** So many days after their last message the texts and files of archived conversations go; null: they stay. */
  days: z.number().int().min(1).max(36_500).nullable(),
});

export const getRetention = route({
  method: 'GET',
  path: '/api/inboxes/{inbox}/retention',
  summary: 'How long an inbox keeps texts and files (T15)',
  params: inbox,
  response: Retention,
  errors: ['not_found'],
});

export const putRetention = route({
  method: 'PUT',
  path: '/api/inboxes/{inbox}/retention',
  summary: 'Set how long an inbox keeps texts and files; for admins',
  params: inbox,
  body: Retention,
  response: Retention,
  errors: ['forbidden', 'not_found'],
});
