import { binderyConversations } from './conversations-bindery.ts';
import { helloConversations } from './conversations-hello.ts';
import { ordersConversations } from './conversations-orders.ts';
import type { DemoConversation } from './types.ts';

export { colleagueReplies, customerFollowUps } from './colleagues.ts';
export { DEMO_NUMBER, textConversations } from './conversations-texts.ts';
export { demoOrganisation } from './organisation.ts';
export type { DemoAgent, DemoConversation, DemoInbox } from './types.ts';

export const demoConversations: readonly DemoConversation[] = [
  ...helloConversations,
  ...ordersConversations,
  ...binderyConversations,
];
export { type DemoCall, demoCalls } from './calls.ts';
