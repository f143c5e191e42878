export function Logo({ size }: { size: number }) {
  return (
    <svg aria-hidden="true" className="icon" width={size} height={size} viewBox="0 0 32 32">
      <rect x="2" y="3" width="28" height="26" rx="7" fill="var(--accent-solid)" />
      <path d="M2 13h7.5M22.5 13H30" stroke="var(--on-accent)" strokeWidth="1.6" opacity=".55" />
      <path
        fill="var(--on-accent)"
        d="M16 8a4.7 4.7 0 0 1 2.5 8.7l1.35 6.3a.9.9 0 0 1-.88 1.1h-5.94a.9.9 0 0 1-.88-1.1l1.35-6.3A4.7 4.7 0 0 1 16 8z"
      />
    </svg>
  );
}
