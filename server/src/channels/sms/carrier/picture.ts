/** The picture that a phone of the simulator sends: a chequered cloth of 48 × 48 pixels. */
export const PICTURE = {
  type: 'image/png',
  base64: [
    'iVBORw0KGgoAAAANSUhEUgAAADAAAAAwCAIAAADYYG7QAAAAVElEQVR42u3WsQ0AIAgEQCZyICdxXAewcAQXwNJYcAklCVc9',
    'H3vNdNro6bzeDyAgoHKgX4dv+0BAQPVAkhoICEgf8jqAgPQhSQ0EBKQPeR1AQKVBB1CDzvFLSUxpAAAAAElFTkSuQmCC',
  ].join(''),
} as const;
