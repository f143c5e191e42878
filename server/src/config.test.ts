import { expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

test('an empty environment gives the defaults of the embedded mode', () => {
  const config = readConfig({ PATH: '/bin', PORT: '' });
  expect(config.PORT).toBe(4000);
  expect(config.REDIS_URL).toBeUndefined();
});

test('every wrong variable is named', () => {
  expect(() => readConfig({ PORT: 'http', LOG_LEVEL: 'loud' })).toThrow(/PORT.*\n.*LOG_LEVEL/s);
});

test('Postgres without Redis is refused in words', () => {
  expect(() => readConfig({ DATABASE_URL: 'postgres://localhost/latchbox' })).toThrow(ConfigError);
});

test('lists are split at commas', () => {
  expect(readConfig({ ALLOWED_ORIGINS: 'https://a.example, https://b.example' }).ALLOWED_ORIGINS).toEqual([
    'https://a.example',
    'https://b.example',
  ]);
});
