/** Hands a file to the browser, which keeps it under this name. */
export function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: the browser begins to read it a little later.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
