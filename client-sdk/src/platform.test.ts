import { expect, test } from 'vitest';
import { completeRuntime, deviceName } from './platform.ts';

test('a session calls itself by its browser and system', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36';
  expect(deviceName(chrome)).toBe('Chrome on Linux');
  expect(deviceName(`${chrome} Edg/140.0`)).toBe('Edge on Linux');
  expect(deviceName(`${chrome} OPR/120.0`)).toBe('Opera on Linux');
  expect(deviceName('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1')).toBe(
    'Safari on iPhone',
  );
  expect(deviceName('Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe(
    'Firefox on Windows',
  );
  expect(deviceName('Node.js/24')).toBe('Node.js/24');
  expect(deviceName(undefined)).toBe('a script');
});

test('the defaults work in Node, where there is no page, no tab and no other tab', async () => {
  const runtime = completeRuntime();
  expect(runtime.visible.get()).toBe(true);
  expect(runtime.online.get()).toBe(true);
  runtime.visible.subscribe(() => {})();
  expect(runtime.storage.get('latchbox.session')).toBeNull();
  runtime.storage.set('latchbox.session', null);
  expect(runtime.random()).toBeGreaterThanOrEqual(0);
  expect(runtime.random()).toBeLessThan(1);
  expect(runtime.device.length).toBeGreaterThan(0);
  const fired = new Promise<void>((resolve) => void runtime.setTimer(1, resolve));
  await fired;
  const stop = runtime.setTimer(1, () => expect.unreachable());
  stop();
});

test('a name is held by one tab at a time', async () => {
  const runtime = completeRuntime();
  const release = await runtime.locks.hold('latchbox.test');
  expect(release).toBeTypeOf('function');
  release?.();
});
