/** True for pieces of plain data; handles, errors and functions are none. */
function isPlain(value: unknown): value is Record<string, unknown> {
  const prototype: unknown = typeof value === 'object' && value !== null && Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype;
}

/** True when two pieces of plain data say the same. Anything else (functions, handles) must be identical. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  // Lists can be long: their keys are not listed, and the first difference ends it.
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, at) => same(one, b[at]));
  if (!isPlain(a) || !isPlain(b) || Array.isArray(a) || Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}

/** Freezes plain data with everything in it. What is frozen already is taken to be so all the way down. */
export function freeze<T>(value: T): T {
  if (isPlain(value) && !Object.isFrozen(value)) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}
