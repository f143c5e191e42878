/** What a composer of texts needs besides the core: apart, so that nobody loads the alphabets of carriers who sends none. */
export { MAX_SMS_LENGTH, type SmsSegments, smsSegments } from '@latchbox/shared/sms-segments';
