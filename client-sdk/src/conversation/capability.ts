import type { Capability } from '@latchbox/shared/model/agent';

const ORDER: readonly Capability[] = ['read', 'reply', 'manage'];

/** True when `has` includes what `needs` asks for: each capability includes the ones before it. */
export function includesCapability(has: Capability, needs: Capability): boolean {
  return ORDER.indexOf(has) >= ORDER.indexOf(needs);
}
