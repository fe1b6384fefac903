import { useEffect, useState } from 'react';

/** How many milliseconds are left until `expiresAt` (this device's clock); renders again at every whole second. */
export function useRemaining(expiresAt: number): number {
  const [remaining, setRemaining] = useState(() => expiresAt - Date.now());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    function tick(): void {
      const left = expiresAt - Date.now();
      setRemaining(left);
      // At the next change of the second shown.
      if (left > 0) timer = setTimeout(tick, (left % 1_000) + 10);
    }
    tick();
    return () => clearTimeout(timer);
  }, [expiresAt]);
  return remaining;
}
