import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Happened, nextStep, type Plan, type Step } from './next-step.ts';

const box = { text: 'Speak.', seconds: 60, transcribe: false };
const target = (e164: string) => ({ e164, agentId: null });
const plan = (attempts: number, more: Partial<Plan> = {}): Plan => ({
  open: true,
  attempts: Array.from({ length: attempts }, (_, nth) => ({ targets: [target(`+1${nth}`)], seconds: 20 })),
  voicemail: box,
  pressToAnswer: true,
  ...more,
});
const rang = (attempt: number, result: Extract<Happened, { what: 'rang' }>['result']): Happened => ({
  what: 'rang',
  attempt,
  result,
});

test('a call rings where it is to ring, goes on when nobody is there, and ends in voicemail; each step says why', () => {
  const two = plan(2);
  expect(nextStep(two, { what: 'began' })).toEqual({ step: 'dial', attempt: 0, why: 'began' });
  expect(nextStep(two, rang(0, 'busy'))).toEqual({ step: 'dial', attempt: 1, why: 'busy' });
  expect(nextStep(two, rang(1, 'no_answer'))).toEqual({ step: 'voicemail', why: 'no_answer' });
  expect(nextStep(two, { what: 'recorded' })).toEqual({ step: 'hang_up', apology: false, why: 'over' });
  expect(nextStep(two, rang(0, 'taken'))).toEqual({ step: 'hang_up', apology: false, why: 'over' });
  expect(nextStep(two, rang(0, 'gone'))).toEqual({ step: 'hang_up', apology: false, why: 'hung_up' });
});

test('out of hours nobody is rung, without phones neither, and without voicemail the caller hears that nobody is there', () => {
  expect(nextStep(plan(2, { open: false }), { what: 'began' })).toEqual({ step: 'voicemail', why: 'closed' });
  expect(nextStep(plan(0), { what: 'began' })).toEqual({ step: 'voicemail', why: 'nobody_to_ring' });
  const deaf = plan(1, { voicemail: null });
  expect(nextStep(deaf, rang(0, 'failed'))).toEqual({ step: 'hang_up', apology: true, why: 'failed' });
});

test('whatever happens, a call ends: each attempt rings once, in order, voicemail comes last and once', () => {
  const results = fc.constantFrom('taken', 'busy', 'no_answer', 'failed', 'gone');
  const plans = fc.record({
    attempts: fc.nat({ max: 6 }),
    open: fc.boolean(),
    voicemail: fc.option(fc.constant(box)),
  });
  fc.assert(
    fc.property(plans, fc.infiniteStream(results), ({ attempts, ...more }, happens) => {
      const its = plan(attempts, more);
      const steps: Step[] = [];
      let step = nextStep(its, { what: 'began' });
      for (const result of happens) {
        steps.push(step);
        if (step.step === 'hang_up') break;
        step = nextStep(its, step.step === 'dial' ? rang(step.attempt, result) : { what: 'recorded' });
      }
      expect(steps.length).toBeLessThanOrEqual(attempts + 2);
      const dialled = steps.flatMap((one) => (one.step === 'dial' ? [one.attempt] : []));
      expect(dialled).toEqual(dialled.map((_, nth) => nth));
      expect(its.open || dialled.length === 0).toBe(true);
      expect(steps.filter((one) => one.step === 'voicemail').length).toBeLessThanOrEqual(
        its.voicemail === null ? 0 : 1,
      );
      // The same question twice is answered alike: providers ask again.
      expect(nextStep(its, { what: 'began' })).toEqual(steps[0]);
    }),
  );
});
