// The few globals that every JavaScript platform has and that the language's own library does not declare.
// `shared` uses neither Node's types nor the DOM's; what is not written here it may not use.

declare class TextEncoder {
  encode(text?: string): Uint8Array;
}
