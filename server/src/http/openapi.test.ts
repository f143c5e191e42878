import type { Express } from 'express';
import { expect, test } from 'vitest';
import { HTTP, type Route } from '@latchbox/shared/http/index';
import { createHttpApp } from './app.ts';
import type { HttpDeps } from './deps.ts';
import { openApiDocument } from './openapi.ts';
import { startTestHttp } from './testing/server.ts';

type Operation = {
  operationId: string;
  security: object[];
  responses: Record<string, unknown>;
  requestBody?: object;
};
const documentOf = () =>
  openApiDocument() as {
    openapi: string;
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: object };
  };

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Record<string, boolean> };
}

/** What the router of an app really answers. */
function routerPaths(app: Express): string[] {
  const stack = (app.router as unknown as { stack: Layer[] }).stack;
  return stack
    .flatMap(({ route }) =>
      route === undefined
        ? []
        : Object.keys(route.methods).map((method) => `${method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`),
    )
    .sort();
}

test('every route of the router is in the document, and nothing else', () => {
  const { paths } = documentOf();
  const documented = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  // The app is only made, never asked: it needs no services for that.
  const app = createHttpApp({ config: { TRUST_PROXY: false, RATE_LIMIT_FACTOR: 1 } } as unknown as HttpDeps);
  expect(routerPaths(app)).toEqual(documented.sort());
  expect(documented.length).toBe(Object.keys(HTTP).length);
  expect(documented.length).toBeGreaterThan(35);
});

test('operations, security and answers are those of the contract', () => {
  const { paths } = documentOf();
  for (const [name, route] of Object.entries(HTTP) as [string, Route][]) {
    const operation = paths[route.path]?.[route.method.toLowerCase()];
    expect(operation?.operationId, name).toBe(name);
    expect(operation?.security, name).toEqual(route.auth === 'none' ? [] : [{ [route.auth]: [] }]);
    expect(operation?.responses, name).toHaveProperty(String(route.status));
    expect(operation?.requestBody !== undefined, name).toBe(route.hasBody);
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, param]) => param);
    expect(Object.keys((route.params as unknown as { shape: object }).shape), name).toEqual(inPath);
  }
});

test('every reference leads somewhere, and shared models stand once', () => {
  const document = documentOf();
  const text = JSON.stringify(document);
  const refs = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));
  expect(refs).toEqual(new Set(Object.keys(document.components.schemas)));
  expect(refs).toContain('ConversationRow');
  expect(document.openapi).toBe('3.1.0');
  // A model that stood at every route that has it would make it twice as long.
  expect(text.length / Object.keys(HTTP).length).toBeLessThan(2_300);
});

test('the document is served', async () => {
  await using at = await startTestHttp();
  const served = await at.ask('GET', '/api/openapi.json');
  expect(served.status).toBe(200);
  expect(served.body).toEqual(JSON.parse(JSON.stringify(documentOf())));
});
