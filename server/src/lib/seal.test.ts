import { describe, expect, it } from 'vitest';
import { createSeal, SealBroken } from './seal.ts';

const [OLD, NEW] = ['an old key of the operator, long enough', 'a newer key of the operator, long enough'];

describe('sealed secrets', () => {
  it('open again, and look different each time', () => {
    const seal = createSeal([], 'deployment');
    const [one, two] = [seal.seal('geheim ✓', 'mbx_1'), seal.seal('geheim ✓', 'mbx_1')];
    expect(one).not.toBe(two);
    expect(one).not.toContain('geheim');
    expect(seal.open(one, 'mbx_1')).toBe('geheim ✓');
    expect(seal.open(createSeal([], 'deployment').seal('', 'mbx_1'), 'mbx_1')).toBe('');
  });

  it('do not open when moved to something else, changed, cut off, or without their key', () => {
    const seal = createSeal([], 'deployment');
    const sealed = seal.seal('secret', 'mbx_1');
    const last = sealed.at(-3) === 'A' ? 'B' : 'A';
    const changed = `${sealed.slice(0, -3)}${last}${sealed.slice(-2)}`;
    expect(() => seal.open(sealed, 'mbx_2')).toThrow(SealBroken);
    expect(() => seal.open(changed, 'mbx_1')).toThrow(SealBroken);
    expect(() => seal.open(sealed.slice(0, 30), 'mbx_1')).toThrow(SealBroken);
    expect(() => seal.open('', 'mbx_1')).toThrow(SealBroken);
    expect(() => createSeal([], 'another deployment').open(sealed, 'mbx_1')).toThrow(/SECRETS_KEY/);
  });

  it('go over to a new key: the first one seals, the others and the own one still open', () => {
    const first = createSeal([], 'deployment').seal('secret', 'a');
    const old = createSeal([OLD], 'deployment').seal('secret', 'a');
    const both = createSeal([NEW, OLD], 'deployment');
    expect([first, old].map((sealed) => both.open(sealed, 'a'))).toEqual(['secret', 'secret']);
    expect([first, old].map((sealed) => both.isNewest(sealed))).toEqual([false, false]);
    const newest = both.seal('secret', 'a');
    expect(both.isNewest(newest)).toBe(true);
    expect(() => createSeal([OLD], 'deployment').open(newest, 'a')).toThrow(SealBroken);
  });
});
