// Controls, line separators, and the marks that turn the direction of text around ("gpj.exe" read as "exe.jpg").
const HIDDEN = new RegExp(
  '[\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]',
  'g',
);
const LONGEST = 200;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/;

/**
 * A file's name as its sender gave it, fit to be shown and saved: without a path, without characters that hide something, at
 * most 200 UTF-16 units with its ending kept; `file` where nothing is left of it.
 */
export function cleanFileName(given: string): string {
  const last = given.toWellFormed().split(/[/\\]/).at(-1) ?? '';
  const name = last.replace(HIDDEN, '').replace(/\s+/gu, ' ').trim();
  if (name === '' || /^\.+$/.test(name)) return 'file';
  if (name.length <= LONGEST) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 20 ? name.slice(dot) : '';
  return `${name.slice(0, LONGEST - ending.length)}${ending}`.toWellFormed();
}

/** A media type without parameters, in lower case; `application/octet-stream` for anything that is none. */
export function cleanMediaType(given: string | undefined): string {
  const type = given?.split(';')[0]?.trim().toLowerCase() ?? '';
  return MEDIA_TYPE.test(type) ? type : 'application/octet-stream';
}

/** The value of a Content-Disposition header (RFC 6266): the name itself, and an ASCII one for what does not read it. */
export function contentDisposition(kind: 'attachment' | 'inline', name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
