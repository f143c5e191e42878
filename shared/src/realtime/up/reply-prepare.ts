import { z } from 'zod';
import { AddressTrouble } from '../../model/address-trouble.ts';
import { MailAddress } from '../../model/mail.ts';
import { Id, Position } from '../../model/scalars.ts';
import { command } from '../command.ts';

const Addressed = z.strictObject({ to: z.array(MailAddress), cc: z.array(MailAddress) });

/**
 * What a composer offers: from which addresses, to whom, under which signature. Nothing is stored. Of texts: from which number, to whom,
 * and what is known against it.
 */
export const replyPrepare = command({
  rate: 'read',
  delivery: 'acknowledged',
  /** `position`: the message that is answered; left out: the newest of a person who is known here. */
  input: z.strictObject({ conversationId: Id, position: Position.min(1).optional() }),
  result: z.strictObject({
    /** Addresses of the inbox; the first one is taken when none is named. */
    from: z.array(MailAddress),
    /** To whom a reply goes when nobody is named. */
    reply: Addressed,
    /** The same for everybody, without addresses of ours. */
    all: Addressed,
    /** What is known against writing to any of these. */
    troubles: z.array(AddressTrouble),
    /** What is put below the text when it leaves. */
    signature: z.strictObject({ body: z.string(), html: z.string().nullable() }).nullable(),
    /** How long (ms) a reply of this agent can be taken back; 0: not at all. */
    undoFor: z.number().int().nonnegative(),
  }),
});
