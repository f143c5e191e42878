import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isLong, longOnes, quickOnes } from './long-tests.ts';
import { repository } from './server-process.ts';

test('every test is in one of the two runs, and those that are named are there', () => {
  for (const folder of ['browser', 'faults']) {
    expect(quickOnes(folder).length).toBeGreaterThan(0);
    for (const file of quickOnes(folder)) {
      expect(existsSync(join(repository, 'test', folder, file)), file).toBe(true);
      expect(isLong(`test/${folder}/${file}`)).toBe(false);
    }
  }
  expect(longOnes('scenarios').length).toBeGreaterThan(0);
  for (const file of longOnes('scenarios')) {
    expect(existsSync(join(repository, 'test/scenarios', file)), file).toBe(true);
    expect(isLong(`test/scenarios/${file}`)).toBe(true);
  }
  expect(isLong('test/scenarios/move.test.ts')).toBe(false);
  expect(isLong('test/browser/states.test.ts')).toBe(true);
  expect(isLong('test/rows/mail.test.ts')).toBe(false);
  expect(isLong('server/src/browser/any.test.ts')).toBe(false);
});
