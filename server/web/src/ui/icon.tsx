import type { LucideIcon } from 'lucide-react';

/** An icon at the size and stroke of this page; small ones get a stroke that can still be seen. Words beside it (or the control's name) say what it means. */
export function Icon({
  of: Drawing,
  size = 18,
  className = '',
}: {
  of: LucideIcon;
  size?: number;
  className?: string;
}) {
  return (
    <Drawing
      aria-hidden="true"
      size={size}
      strokeWidth={size < 16 ? 1.9 : 1.5}
      className={`icon ${className}`}
    />
  );
}
