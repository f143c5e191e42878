import type { Readable } from '@latchbox/client';
import { type MaybeRefOrGetter, type ShallowRef, shallowRef, toValue, watch } from 'vue';

/** The snapshot of a `Readable` as a ref. With a getter it follows when another one is meant. */
export function useReadable<T>(source: MaybeRefOrGetter<Readable<T>>): Readonly<ShallowRef<T>> {
  const shown = shallowRef(toValue(source).getSnapshot());
  watch(
    () => toValue(source),
    (readable, _before, onCleanup) => {
      const show = () => {
        shown.value = readable.getSnapshot();
      };
      show();
      onCleanup(readable.subscribe(show));
    },
    { immediate: true },
  );
  return shown;
}
