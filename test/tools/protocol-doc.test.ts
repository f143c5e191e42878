import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROTOCOL_PAGE, printProtocol } from './protocol-doc.ts';

test('docs/protocol.md says what the schemas say; "node test/tools/protocol-doc.ts" prints it anew', () => {
  const page = readFileSync(PROTOCOL_PAGE, 'utf8');
  expect(page).toBe(printProtocol(page));
});
