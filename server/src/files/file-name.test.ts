import { describe, expect, it } from 'vitest';
import { cleanFileName, cleanMediaType, contentDisposition } from './file-name.ts';

describe('names of files', () => {
  it.each([
    ['invoice.pdf', 'invoice.pdf'],
    ['C:\\Users\\me\\photo of oak.jpg', 'photo of oak.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['Rechnung März 2026.pdf', 'Rechnung März 2026.pdf'],
    ['請求書.pdf', '請求書.pdf'],
    ['gpj.\u202eexe.jpg', 'gpj.exe.jpg'],
    ['two\r\nlines\u0000.txt', 'twolines.txt'],
    ['', 'file'],
    ['..', 'file'],
    ['folder/', 'file'],
    ['\ud800.txt', '\ufffd.txt'],
  ])('%j becomes %j', (given, name) => {
    expect(cleanFileName(given)).toBe(name);
  });

  it('cuts a long one and keeps its ending', () => {
    const name = cleanFileName(`${'x'.repeat(500)}.tar.gz`);
    expect(name).toHaveLength(200);
    expect(name.endsWith('x.gz')).toBe(true);
    expect(cleanFileName('😀'.repeat(300)).isWellFormed()).toBe(true);
  });
});

describe('media types', () => {
  it.each([
    ['image/PNG', 'image/png'],
    ['text/html; charset=utf-8', 'text/html'],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', undefined],
    ['', 'application/octet-stream'],
    [undefined, 'application/octet-stream'],
    ['text', 'application/octet-stream'],
    ['text/html\r\nX-Evil: 1', 'application/octet-stream'],
    ['<script>/x', 'application/octet-stream'],
  ])('%j becomes %j', (given, type) => {
    expect(cleanMediaType(given)).toBe(type ?? given);
  });
});

describe('Content-Disposition', () => {
  it('cannot be broken out of', () => {
    expect(contentDisposition('attachment', `a"b\\c'(ü*).pdf`)).toBe(
      `attachment; filename="a_b_c'(_*).pdf"; filename*=UTF-8''a%22b%5Cc%27%28%C3%BC%2A%29.pdf`,
    );
  });
});
