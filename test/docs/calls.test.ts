/** What pages tell people to call is there, and what they show of bodies is what a route takes. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESOURCES } from '@latchbox/shared/http/index';
import { DkimTrouble } from '@latchbox/shared/http/dkim';
import { checkMailbox, createMailbox, MailboxTrouble } from '@latchbox/shared/http/mailboxes';
import { DomainTrouble } from '@latchbox/shared/http/outgoing-mail';
import { buyNumber, searchNumbers } from '@latchbox/shared/http/numbers';
import { expect, test } from 'vitest';
import { repository } from '../tools/server-process.ts';

const pages = globSync('docs/*.md', { cwd: repository }).map(
  (path) => [path, readFileSync(join(repository, path), 'utf8')] as const,
);
const page = (name: string): string => pages.find(([path]) => path === `docs/${name}.md`)?.[1] ?? '';

/** Whether this is a call of the route: any name, or a value, stands for what the route names. */
function isCallOf(call: string, route: { readonly method: string; readonly path: string }): boolean {
  const [given, wanted] = [call.split('/'), `${route.method} ${route.path}`.split('/')];
  return (
    given.length === wanted.length && wanted.every((part, at) => part.startsWith('{') || part === given[at])
  );
}

/** The JSON that a page gives to `curl -d`, in the order in which it stands there. */
const givenByCurl = (text: string): unknown[] =>
  [...text.matchAll(/-d '(\{[^']*\})'/g)].map(([, body = '']) => JSON.parse(body) as unknown);

test('every call that a page names is a route', () => {
  const routes = Object.values(RESOURCES).flatMap((resource) => Object.values(resource));
  const named = pages.flatMap(([where, text]) =>
    [...text.matchAll(/\b(?:GET|POST|PUT|PATCH|DELETE) \/api\/[\w{}./-]*[\w}]/g)].map(([call]) => ({
      where,
      call,
    })),
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter(({ call }) => !routes.some((route) => isCallOf(call, route)))).toEqual([]);
});

test('the settings of mailboxes that docs/mailboxes.md shows can be checked and connected', () => {
  const shown = [...page('mailboxes').matchAll(/^```json\n(.*?)^```$/gms)].map(([, body = '']) => body);
  const bodies = [...shown.map((body) => JSON.parse(body) as unknown), ...givenByCurl(page('mailboxes'))];
  // A plain host, Gmail, Microsoft 365, and the first example.
  expect(bodies).toHaveLength(4);
  for (const body of bodies) {
    checkMailbox.body.parse(body);
    const { incoming, outgoing, password, oauth2 } = createMailbox.body.parse(body);
    for (const side of [incoming, outgoing])
      expect(side?.auth === 'password' ? password : oauth2, JSON.stringify(body)).toBeDefined();
  }
});

test('every code of the connection check stands in docs/mailboxes.md with its cure, and no other', () => {
  const rows = [...page('mailboxes').matchAll(/^\| `(\w+)` \| \w+ \| (\S.*\.) \|$/gm)];
  expect(rows).toHaveLength(MailboxTrouble.options.length);
  expect(new Set(rows.map(([, code]) => code))).toEqual(new Set(MailboxTrouble.options));
});

test('every code about outgoing mail stands in docs/sending.md with its cure, and no other', () => {
  const sections = page('sending')
    .split(/^\| code \|/m)
    .slice(1)
    .map((text) => text.split('\n\n', 1)[0] ?? '');
  const codes = sections.map((text) =>
    [...text.matchAll(/^\| `(\w+)` \| \S.*\.? \|$/gm)].map(([, code]) => code),
  );
  // What is said of the incoming side, of other accounts and of OAuth2 is never said of the relay.
  const ofMailboxes = /^(?:host_private|token_|connected_elsewhere|folder_)/;
  const ofRelay = MailboxTrouble.options.filter((code) => !ofMailboxes.test(code));
  expect(codes.map((some) => new Set(some))).toEqual([
    new Set(ofRelay),
    new Set(DkimTrouble.options),
    new Set(DomainTrouble.options),
  ]);
});

test('the numbers that docs/sms.md searches and buys could be searched and bought', () => {
  const searches = [...page('sms').matchAll(/\/api\/available-numbers\?([\w=&]+)/g)];
  expect(searches.length).toBeGreaterThan(1);
  for (const [, query] of searches) searchNumbers.query.parse(Object.fromEntries(new URLSearchParams(query)));
  const [bought, ...more] = givenByCurl(page('sms'));
  expect(buyNumber.body.parse(bought)).toEqual({ number: '+14155550123' });
  expect(more).toEqual([]);
});
