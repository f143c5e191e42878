import { useEffect, useState } from 'react';

const MINUTE = 60_000;

/** For how many whole minutes whoever uses it has been shown: for lines that stand only while the connection is gone. */
export function useGoneFor(): { readonly minutes: number } {
  const [minutes, setMinutes] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setMinutes((before) => before + 1), MINUTE);
    return () => clearInterval(timer);
  }, []);
  return { minutes };
}

export function goneWords(minutes: number): string {
  return minutes === 0 ? 'Reconnecting' : `No connection for ${minutes} min`;
}
