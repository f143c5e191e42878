/** What our own people are written about their accounts. Plain words, one link, and what to do when it was not them. */
export interface MailText {
  readonly subject: string;
  readonly body: string;
}

const NOT_YOU = 'If you did not expect this mail, you need not do anything.';

/** A time (epoch ms) as it is read anywhere: `30 November 2026, 09:12 UTC`. */
function moment(at: number): string {
  const date = new Date(at);
  const day = date.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
  return `${day}, ${time} UTC`;
}

const lines = (...all: readonly string[]): string => `${all.join('\n\n')}\n`;

export interface LinkWords {
  readonly link: string;
  readonly until: number;
  readonly organisation: string;
}

export function invitationMail(by: string, { link, until, organisation }: LinkWords): MailText {
  return {
    subject: `${by} invites you to the inbox of ${organisation}`,
    body: lines(
      'Hello,',
      `${by} invites you to answer messages together with the colleagues of ${organisation}.`,
      `Accept the invitation and choose a password:\n${link}`,
      `The link works once, until ${moment(until)}. ${NOT_YOU}`,
    ),
  };
}

export function verificationMail(email: string, { link, until, organisation }: LinkWords): MailText {
  return {
    subject: `Is ${email} yours?`,
    body: lines(
      'Hello,',
      `the account of ${email} at ${organisation} is yours if you can read this. Say so:\n${link}`,
      `The link works once, until ${moment(until)}. ${NOT_YOU}`,
    ),
  };
}

export function resetMail({ link, until, organisation }: LinkWords): MailText {
  return {
    subject: `A new password for ${organisation}`,
    body: lines(
      'Hello,',
      `somebody asked for a new password for your account at ${organisation}. Choose one:\n${link}`,
      `The link works once, until ${moment(until)}. If that was not you, leave it: your password stays as it is.`,
    ),
  };
}

/** After a change, so that nobody's password changes without their knowing. */
export function changedMail(organisation: string, at: number): MailText {
  return {
    subject: `Your password for ${organisation} was changed`,
    body: lines(
      'Hello,',
      `the password of your account at ${organisation} was changed on ${moment(at)}, and every other sign-in has ended.`,
      'If that was not you, tell an admin at once.',
    ),
  };
}
