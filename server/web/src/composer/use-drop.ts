import { type DragEvent, useState } from 'react';

/** Files that are dragged over an element and dropped there. `null`: none are taken now. */
export function useDrop(onFiles: ((files: Iterable<File>) => void) | null) {
  const [over, setOver] = useState(false);
  const wanted = (event: DragEvent): boolean =>
    onFiles !== null && event.dataTransfer.types.includes('Files');
  const handlers = {
    onDragOver(event: DragEvent) {
      if (!wanted(event)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave(event: DragEvent) {
      // Onto a child is not away.
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
    },
    onDrop(event: DragEvent) {
      setOver(false);
      if (!wanted(event)) return;
      event.preventDefault();
      onFiles?.(Array.from(event.dataTransfer.files));
    },
  };
  return { over, handlers };
}
