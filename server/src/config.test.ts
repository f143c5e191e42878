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

test('a server alone does everything; a part of it needs others, and so Redis', () => {
  expect(readConfig({}).ROLES).toEqual(['web', 'smtp', 'worker']);
  expect(readConfig({ ROLES: 'worker, web, smtp' }).ROLES).toContain('web');
  expect(() => readConfig({ ROLES: 'web' })).toThrow(/smtp and worker.*REDIS_URL/);
  expect(readConfig({ ROLES: 'web', REDIS_URL: 'redis://localhost' }).ROLES).toEqual(['web']);
  expect(() => readConfig({ ROLES: 'web,cron', REDIS_URL: 'redis://localhost' })).toThrow(/ROLES/);
  expect(() => readConfig({ ROLES: 'smtp', SMTP_PORT: '0', REDIS_URL: 'redis://localhost' })).toThrow(
    /would do nothing/,
  );
});
