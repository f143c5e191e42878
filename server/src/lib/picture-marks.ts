/** A picture that was uploaded, where it stands in a text: `![the torn page](cid:att_…)`; its name, and the id of the upload. */
export const PICTURE_MARK = /!\[([^\]\n]{0,200})\]\(cid:([A-Za-z0-9_-]{1,64})\)/g;

/** The word for a picture of this name where it cannot be seen. */
export const pictureWord = (name: string): string => `[${name === '' ? 'picture' : name}]`;
