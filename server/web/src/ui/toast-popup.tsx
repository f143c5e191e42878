import './popups.css';
import { Toast } from '@base-ui/react/toast';
import { useEffect } from 'react';
import type { Done } from './done.ts';

/** How long something can be undone or opened from its toast, in ms. */
const UNDO_WITHIN = 8_000;

/** The toast itself. F6 goes to it. */
export function ToastPopup({ done }: { done: Done }) {
  return (
    <Toast.Provider limit={1}>
      <Shown done={done} />
    </Toast.Provider>
  );
}

function Shown({ done }: { done: Done }) {
  const { toasts, add, close } = Toast.useToastManager<Done>();
  useEffect(() => {
    add({ id: 'last', title: done.words, timeout: done.within ?? UNDO_WITHIN, data: done });
  }, [add, done]);
  return (
    <Toast.Portal>
      <Toast.Viewport className="toasts" aria-label="Just done">
        {toasts.map((toast) => (
          <Toast.Root key={toast.id} toast={toast} className="toast" swipeDirection="left">
            <Toast.Title className="toast-words" render={<span />} />
            {toast.data?.act === undefined ? null : (
              <button
                type="button"
                onClick={() => {
                  toast.data?.act?.run();
                  close(toast.id);
                }}
              >
                {toast.data.act.words}
              </button>
            )}
          </Toast.Root>
        ))}
      </Toast.Viewport>
    </Toast.Portal>
  );
}
