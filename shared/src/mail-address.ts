/** Most recipients of one reply, To, Cc and Bcc together. */
export const MAX_RECIPIENTS = 50;

// No spaces, quotes, brackets, separators, controls or invisible marks: nothing of an address can become another one, or a header.
const LOCAL = /^(?!\.)(?!.*\.\.)(?!.*\.$)[^\s@<>()[\]\\,;:"\p{C}\p{Z}]{1,64}$/u;
const LABEL = /^(?!-)[\p{L}\p{M}\p{N}-]{1,63}(?<!-)$/u;

/** A mail address as it may be written to. Letters of any script; a local part of more than ASCII needs a relay with SMTPUTF8. */
export function isMailAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  const labels = address.slice(at + 1).split('.');
  return (
    at > 0 &&
    address.isWellFormed() &&
    LOCAL.test(address.slice(0, at)) &&
    labels.length > 1 &&
    address.length - at <= 254 &&
    labels.every((label) => LABEL.test(label))
  );
}
