/** The keyhole: the product's own mark for "this lock". */
export function Keyhole({ size = 18, className = '' }: { size?: number; className?: string }) {
  return (
    <svg aria-hidden="true" className={`icon ${className}`} width={size} height={size} viewBox="3 3 14 14">
      <path fill="currentColor" d={KEYHOLE} />
    </svg>
  );
}

export const KEYHOLE =
  'M10 3.8a3.3 3.3 0 0 1 1.55 6.2l.6 5.2a.7.7 0 0 1-.7.8h-2.9a.7.7 0 0 1-.7-.8l.6-5.2A3.3 3.3 0 0 1 10 3.8z';
