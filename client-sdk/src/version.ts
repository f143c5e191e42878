/** What this client calls itself in the greeting. The version is the package's; a test holds the two together. */
export const CLIENT_NAME = 'latchbox-sdk/0.0.0';
