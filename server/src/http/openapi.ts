import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import * as shared from '@latchbox/shared';
import { ERRORS, type ErrorCode } from '@latchbox/shared';
import { type Route, RESOURCES } from '@latchbox/shared/http/index';
import * as calls from '@latchbox/shared/http/calls';
import * as campaigns from '@latchbox/shared/http/campaigns';
import * as contactImports from '@latchbox/shared/http/contact-imports';
import * as contacts from '@latchbox/shared/http/contacts';
import * as dkim from '@latchbox/shared/http/dkim';
import * as hoursRoutes from '@latchbox/shared/http/hours';
import * as inboxDrafts from '@latchbox/shared/http/inbox-drafts';
import * as mailboxRequests from '@latchbox/shared/http/mailbox-requests';
import * as mailboxes from '@latchbox/shared/http/mailboxes';
import * as outgoingMail from '@latchbox/shared/http/outgoing-mail';
import * as organisation from '@latchbox/shared/http/organisation';
import * as users from '@latchbox/shared/http/users';
import * as numbers from '@latchbox/shared/http/numbers';
import * as views from '@latchbox/shared/http/views';
import * as hours from '@latchbox/shared/model/hours';

/** Models that stand once in the document and are referred to from everywhere. */
const NAMED = {
  Person: shared.Person,
  Team: shared.Team,
  Me: shared.Me,
  InboxSummary: shared.InboxSummary,
  InboxTimes: shared.InboxTimes,
  Contact: shared.Contact,
  ConversationRow: shared.ConversationRow,
  LockView: shared.LockView,
  LockPeriod: shared.LockPeriod,
  Attachment: shared.Attachment,
  MailAddress: shared.MailAddress,
  Entry: shared.Entry,
  Delivery: shared.Delivery,
  OwnDraft: shared.OwnDraft,
  Cursor: shared.Cursor,
  InboxDraft: inboxDrafts.InboxDraft,
  InboxOverview: inboxDrafts.InboxOverview,
  TeamRegistration: inboxDrafts.TeamRegistration,
  User: users.User,
  UserDetail: users.UserDetail,
  UserSignIn: users.SignInRecord,
  ContactRecord: contacts.ContactRecord,
  ContactImport: contactImports.ContactImport,
  ContactImportPlan: contactImports.ImportPlan,
  Mailbox: mailboxes.Mailbox,
  MailboxIncoming: mailboxes.Incoming,
  MailboxOutgoing: mailboxes.Outgoing,
  MailboxState: mailboxes.MailboxState,
  OAuth2Grant: mailboxes.OAuth2Grant,
  MailboxRequest: mailboxRequests.MailboxRequest,
  MailboxSeat: mailboxRequests.MailboxSeat,
  Organisation: organisation.Organisation,
  DkimDomain: dkim.DkimDomain,
  DkimPublished: dkim.Published,
  OutgoingMail: outgoingMail.OutgoingMail,
  RelayCheck: outgoingMail.RelayCheck,
  CallFacts: shared.CallFacts,
  CallRouting: calls.CallRouting,
  PhoneNumber: numbers.PhoneNumber,
  OptOut: numbers.OptOut,
  Campaign: campaigns.Campaign,
  CampaignFields: campaigns.CampaignFields,
  Recipient: shared.Recipient,
  RecipientDelivery: shared.RecipientDelivery,
  Recipients: shared.Recipients,
  ScheduledReply: shared.ScheduledReply,
  Notification: shared.Notification,
  NotificationRecord: shared.NotificationRecord,
  HoursSpans: hours.Spans,
  HoursWeek: hours.Week,
  Holiday: hours.Holiday,
  OfficeHours: hours.OfficeHours,
  OutOfOffice: hours.OutOfOffice,
  HoursSettings: hoursRoutes.HoursSettings,
  HoursPreview: hoursRoutes.HoursPreview,
  SavedView: views.SavedView,
};
const Refusal = z.strictObject({ error: shared.WireErrorSchema });
const NAMES: Readonly<Record<string, z.ZodType>> = { ...NAMED, Refusal };

type AnyRoute = Pick<
  Route,
  'method' | 'path' | 'summary' | 'auth' | 'rate' | 'hasBody' | 'bytes' | 'status' | 'otherTypes' | 'errors'
> & {
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body: z.ZodType;
  readonly response: z.ZodType;
};

/** The REST contract as an OpenAPI 3.1 document. */
export function openApiDocument(): Record<string, unknown> {
  nameSchemas();
  const registry = new OpenAPIRegistry();
  const component = (type: string, name: string, value: object) =>
    registry.registerComponent('securitySchemes', name, value as never);
  component('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token, an API key (lbk_…), or a token of a registered application.',
  });
  component('securitySchemes', 'cookie', { type: 'apiKey', in: 'cookie', name: 'latchbox_refresh' });
  component('securitySchemes', 'thread', {
    type: 'http',
    scheme: 'bearer',
    description: "A customer's thread token.",
  });
  component('securitySchemes', 'operator', {
    type: 'http',
    scheme: 'bearer',
    description: 'The metrics token.',
  });
  for (const [tag, routes] of Object.entries(RESOURCES)) {
    for (const [operationId, route] of Object.entries(routes as Record<string, AnyRoute>)) {
      registry.registerPath(pathOf(tag, operationId, route));
    }
  }
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Latchbox',
      version: '1',
      description:
        'Times are milliseconds since 1970 on the server. Every refusal is `{ error: { code, message, details, requestId } }`; ' +
        'the codes are those of the error table.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: Object.keys(RESOURCES).map((tag) => ({ name: tag })),
  });
  return withComponents(document as unknown as Record<string, unknown>);
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Puts every named schema under `components` once and refers to it from where it stood. */
function withComponents(document: Json): Json {
  const schemas: Json = {};
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (!isObject(value)) return value;
    const { id, ...rest } = value;
    const inside = Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, visit(part)]));
    if (typeof id !== 'string' || !(id in NAMES))
      return id === undefined ? inside : { id: visit(id), ...inside };
    const ref = { $ref: `#/components/schemas/${id}` };
    const types: unknown = inside['type'];
    const nullable = Array.isArray(types) && types.includes('null');
    schemas[id] ??= nullable ? { ...inside, type: types.find((type) => type !== 'null') as unknown } : inside;
    return nullable ? { anyOf: [ref, { type: 'null' }] } : ref;
  };
  const paths = visit(document['paths']);
  const components = isObject(document['components']) ? document['components'] : {};
  // The generator has made some itself.
  const made = visit(components['schemas'] ?? {}) as Json;
  return { ...document, paths, components: { ...components, schemas: { ...made, ...schemas } } };
}

/** Tells the generator the names; in the registry of zod, which knows a schema once in the life of the program. */
function nameSchemas(): void {
  for (const [id, schema] of Object.entries(NAMES)) {
    if (!z.globalRegistry.has(schema)) z.globalRegistry.add(schema, { id });
  }
}

function pathOf(tag: string, operationId: string, route: AnyRoute): RouteConfig {
  return {
    method: route.method.toLowerCase() as RouteConfig['method'],
    path: route.path,
    operationId,
    summary: route.summary,
    tags: [tag],
    security: route.auth === 'none' ? [] : [{ [route.auth]: [] }],
    request: {
      params: route.params as z.ZodObject,
      query: route.query as z.ZodObject,
      ...(route.hasBody ? { body: { required: true, content: bodyOf(route) } } : {}),
    },
    responses: {
      [route.status]:
        route.status === 204
          ? { description: 'Done.' }
          : { description: 'The answer.', content: answers(route) },
      ...refusals(route),
    },
  };
}

function bodyOf(route: AnyRoute): Record<string, { schema: z.ZodType }> {
  if (route.bytes === undefined) return { 'application/json': { schema: route.body } };
  return { 'application/octet-stream': { schema: z.string().max(route.bytes).meta({ format: 'binary' }) } };
}

function answers(route: AnyRoute): Record<string, { schema: z.ZodType }> {
  const text = Object.fromEntries(route.otherTypes.map((type) => [type, { schema: z.string() }]));
  const onlyText = route.response instanceof z.ZodString;
  return onlyText ? text : { 'application/json': { schema: route.response }, ...text };
}

/** The refusals of a route, by HTTP status: several codes may share one. */
function refusals(route: AnyRoute): RouteConfig['responses'] {
  const codes = new Set<ErrorCode>([...route.errors, 'invalid', 'internal']);
  if (route.auth === 'token') codes.add('unauthenticated');
  if (route.rate !== 'unlimited') codes.add('rate_limited');
  const byStatus = Map.groupBy([...codes].toSorted(), (code) => ERRORS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, shared]) => [
      status,
      {
        description: shared.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join('\n\n'),
        content: { 'application/json': { schema: Refusal } },
      },
    ]),
  );
}
