/** What a composer of mails needs besides the core: apart, so that nobody loads it who writes none. */
export { isMailAddress, MAX_RECIPIENTS } from '@latchbox/shared/mail-address';
