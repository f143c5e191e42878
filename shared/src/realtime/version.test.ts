import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { DownItem, UP } from '../index.ts';
import { MIN_SUPPORTED_PROTOCOL, PROTOCOL_VERSION } from './version.ts';

/** Of every schema on the wire. When it changes, raise the protocol version (or say here why old clients do not notice). */
const KNOWN_HASHES: Readonly<Record<number, string>> = {
  1: '4ac26b8b195dbcf4',
  2: '86dbe638f5680fb3',
  3: '554aa90b650b139f',
  4: '5117dd4b866cb948',
  5: '7208322bc5e8cb01',
};

function wireHash(): string {
  const schemas: unknown[] = [];
  for (const [name, command] of Object.entries(UP)) {
    const { input, result, rate: _rate, delivery } = command;
    schemas.push([name, delivery, z.toJSONSchema(input, { io: 'input' }), z.toJSONSchema(result)]);
  }
  schemas.push(z.toJSONSchema(DownItem));
  return createHash('sha256').update(JSON.stringify(schemas)).digest('hex').slice(0, 16);
}

test('the protocol version stands for exactly these schemas', () => {
  expect(wireHash()).toBe(KNOWN_HASHES[PROTOCOL_VERSION]);
});

test('the server still speaks the oldest protocol it promises, and none from the future', () => {
  expect(MIN_SUPPORTED_PROTOCOL).toBeLessThanOrEqual(PROTOCOL_VERSION);
  expect(Object.keys(KNOWN_HASHES).map(Number).at(-1)).toBe(PROTOCOL_VERSION);
});
