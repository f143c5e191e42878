export { MAX_RECIPIENTS } from '@latchbox/shared/mail-address';

export { isMailAddress } from '@latchbox/shared/mail-address';
