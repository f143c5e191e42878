export { MAX_SMS_LENGTH } from '@latchbox/shared/sms-segments';

export { SmsSegments } from '@latchbox/shared/sms-segments';

export { smsSegments } from '@latchbox/shared/sms-segments';
