/** What pages administer with is public: everything that the SDK's part for it asks for stands in the OpenAPI document. */
import { adminOf } from '@latchbox/client/admin';
import { callsOf } from '@latchbox/client/calls';
import { openApiDocument } from '@latchbox/server/src/http/openapi.ts';
import { expect, test } from 'vitest';

interface Asked {
  readonly method: string;
  readonly path: string;
}

const { paths } = openApiDocument() as { paths: Record<string, Record<string, object>> };

/** Whether a call of this address is in the document. */
function isPublic({ method, path }: Asked): boolean {
  return Object.entries(paths).some(
    ([known, operations]) =>
      method.toLowerCase() in operations &&
      new RegExp(`^${known.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(`/api/${path}`),
  );
}

/** An answer with whatever is looked for in it. */
const anything: unknown = new Proxy(() => undefined, {
  get: (_target, name) =>
    name === 'then' ? undefined : name === Symbol.iterator ? [][Symbol.iterator] : anything,
  apply: () => anything,
});

function recorder() {
  const asked: Asked[] = [];
  const client = {
    request: (method: string, path: string) => {
      asked.push({ method, path });
      return Promise.resolve(anything);
    },
  };
  return { asked, client: new Proxy(client, { get: (own, name) => Reflect.get(own, name) ?? anything }) };
}

const GIVEN: readonly (readonly unknown[])[] = [
  ['x1', 'x2', 'x3', 'x4'],
  [{ id: 'x1', scope: 'mine' }, {}, {}],
  [['x1'], 'x2'],
  ['x1', { id: 'x2' }],
  [],
];

/** Calls whatever can be called, also what that returns; the names of what asked for nothing. */
function callAll(name: string, value: unknown, asked: readonly Asked[]): string[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, part]) => callAll(`${name}.${key}`, part, asked));
  if (typeof value !== 'function') return [];
  const before = asked.length;
  const further: string[] = [];
  for (const given of GIVEN) {
    try {
      const answer: unknown = (value as (...all: readonly unknown[]) => unknown)(...given);
      if (answer instanceof Promise) answer.catch(() => undefined);
      else if (asked.length === before) further.push(...callAll(name, answer, asked));
    } catch {
      // It wants something else.
    }
  }
  return asked.length === before ? [name, ...further] : further;
}

test('everything that pages administer with stands in the OpenAPI document', () => {
  const { asked, client } = recorder();
  const silent = [
    ...callAll('admin', adminOf(client as never), asked),
    ...callAll('calls', callsOf(client as never), asked),
  ];
  expect(asked.filter((one) => !isPublic(one))).toEqual([]);
  expect(new Set(asked.map(({ method }) => method))).toEqual(
    new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  );
  expect(silent).toEqual([]);
  expect(isPublic({ method: 'GET', path: 'inboxes/x1/secrets' })).toBe(false);
});
