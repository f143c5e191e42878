import type { FakeServer } from '@latchbox/client/testing';
import { QUOTE, ROSA } from './letters.ts';

/** What the fake server's customers can not do by themselves: mail and text messages, files, quotes that were found, deliveries. */
export function dress(server: FakeServer): void {
  const { world } = server;
  for (const conversation of world.conversations.values()) {
    const { contact, id } = conversation;
    conversation.channel = contact.name.startsWith('+') || id === 'tomasz' ? 'sms' : 'email';
  }
  const rosa = world.conversations.get(ROSA);
  const before = world.conversations.get('rosa-old');
  if (rosa === undefined || before === undefined) return;
  world.conversations.set('rosa-old', { ...before, contact: rosa.contact });
  for (const { kind, position, at } of rosa.entries) {
    if (kind === 'reply') server.setDelivery(ROSA, position, { state: 'delivered', at });
  }
  rosa.entries = rosa.entries.map((entry) => {
    if (entry.kind !== 'message' || entry.mail === undefined) return entry;
    const from = entry.body.indexOf(QUOTE);
    return {
      ...entry,
      folds: [{ from, to: from + QUOTE.length, what: 'quote' as const }],
      attachments: [
        { id: 'att_hook', name: 'left-hook.jpg', type: 'image/jpeg', size: 1_204_000 },
        { id: 'att_note', name: 'delivery-note.pdf', type: 'application/pdf', size: 84_210 },
      ],
    };
  });
}

/** A drawing in place of the photo. */
export const PHOTO = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" width="92" height="72"><rect width="92" height="72" fill="#7a6a5c"/><path d="M14 44c8-26 18 20 26-4s16 20 30-8" fill="none" stroke="#e8dccb" stroke-width="6" stroke-linecap="round"/></svg>',
)}`;
