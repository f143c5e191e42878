import { type DemoSignIn, demoSignIns } from '@latchbox/server/src/demo/sign-ins.ts';

/** How somebody of the demo signs in. */
export function demoAgent(name: string): DemoSignIn {
  const found = demoSignIns.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not in the demo`);
  return found;
}
