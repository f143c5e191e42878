import { describe, expect, it } from 'vitest';
import { newId } from '../../lib/ids.ts';
import { readMailId, signedMailId } from './mail-id.ts';

const secret = 'a secret of the deployment';

describe('signed mail ids', () => {
  it.each(['entry', 'conversation'] as const)('reads back what it made for one %s', (kind) => {
    const id = newId(kind === 'entry' ? 'ent' : 'cnv');
    const made = signedMailId(secret, { kind, id }, 'shop.example');
    expect(made).toMatch(/^[mc]\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}@shop\.example$/);
    expect(readMailId(secret, made)).toEqual({ kind, id });
    expect(readMailId(secret, `<${made}>`)).toEqual({ kind, id });
    expect(signedMailId(secret, { kind, id }, 'shop.example')).toBe(made);
  });

  it('knows an id of an inbox whose domain changed', () => {
    const made = signedMailId(secret, { kind: 'entry', id: 'ent_1' }, 'old.example');
    expect(readMailId(secret, made.replace('old.example', 'relay.example'))?.id).toBe('ent_1');
  });

  it('is fooled by no id that was not made here', () => {
    const made = signedMailId(secret, { kind: 'conversation', id: 'cnv_1' }, 'shop.example');
    const forged = [
      made.replace('cnv_1', 'cnv_2'),
      made.replace(/^c\./, 'm.'),
      made.replace(/\.[^.@]+@/, `.${'A'.repeat(22)}@`),
      made.replace(/\.[^.@]+@/, '.@'),
      signedMailId('another secret', { kind: 'conversation', id: 'cnv_1' }, 'shop.example'),
      'cnv_1@shop.example',
      '[#5]',
      '',
      `x${made}`,
      `${made}, ${made}`,
    ];
    for (const id of forged) expect(readMailId(secret, id), id).toBeUndefined();
  });
});
