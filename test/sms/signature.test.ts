/** Our signatures against the official package, with fields that nobody thought of. */
import fc from 'fast-check';
import twilio from 'twilio';
import { expect, test } from 'vitest';
import { bodyHash, type Fields, isSigned, signForm } from '../../server/src/channels/sms/rules/signature.ts';

const token = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme-ascii' });
const url = fc.tuple(
  fc.constantFrom('http', 'https'),
  fc.constantFrom('hooks.example', 'hooks.example:8443', 'hooks.example:443', '127.0.0.1:4000'),
  fc.constantFrom('', '/', '/api/sms/inbound', '/api/sms/inbound?key=ent_1&b=2', '/x%20y?q=%26'),
);
// Names that objects have by themselves are none that a form has, and the official package keeps fields in an object.
const name = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }).filter((text) => !(text in {}));
const fields = fc.dictionary(
  name,
  fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string(), { minLength: 1 })),
  {
    maxKeys: 12,
    noNullPrototype: true,
  },
);

const asFields = (given: Record<string, string | string[]>): Fields =>
  Object.entries(given).flatMap(([field, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => [field, one] as const),
  );

test('what the official package signs we accept, and what we sign it accepts, for any fields and ports', () => {
  fc.assert(
    fc.property(token, url, fields, (secret, [scheme, host, path], given) => {
      const address = `${scheme}://${host}${path}`;
      const ours = signForm(secret, address, asFields(given));
      expect(ours).toBe(twilio.getExpectedTwilioSignature(secret, address, given));
      expect(twilio.validateRequest(secret, ours, address, given)).toBe(true);
      expect(isSigned(secret, { url: address, signature: ours, body: asFields(given) })).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('both say the same of a request that was changed, and of ports that were said or not', () => {
  const seen = fc.constantFrom('hooks.example', 'hooks.example:443', 'hooks.example:80');
  fc.assert(
    fc.property(token, seen, seen, fields, fields, (secret, signedHost, seenHost, signed, given) => {
      const signature = signForm(secret, `https://${signedHost}/in?x=1`, asFields(signed));
      const address = `https://${seenHost}/in?x=1`;
      const theirs = twilio.validateRequest(secret, signature, address, given);
      expect(isSigned(secret, { url: address, signature, body: asFields(given) })).toBe(theirs);
    }),
    { numRuns: 300 },
  );
});

test('a JSON body is accepted with its hash, as the official package does', () => {
  fc.assert(
    fc.property(token, fc.json(), fc.json(), (secret, sent, changed) => {
      const address = `https://hooks.example/in?bodySHA256=${bodyHash(Buffer.from(sent))}`;
      const signature = signForm(secret, address, []);
      for (const body of [sent, changed]) {
        const theirs = twilio.validateRequestWithBody(secret, signature, address, body);
        expect(isSigned(secret, { url: address, signature, body: Buffer.from(body) })).toBe(theirs);
      }
    }),
    { numRuns: 200 },
  );
});
