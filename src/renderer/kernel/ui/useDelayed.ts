// A condition that shows only after it has held for a while, so that short work does not flicker.
import { useEffect, useState } from 'react'

/** Whether `isOn` has been true for `delayMs`. */
export function useDelayed(isOn: boolean, delayMs: number): boolean {
  const [isShown, setShown] = useState(false)
  useEffect(() => {
    if (!isOn) return
    const timer = setTimeout(() => setShown(true), delayMs)
    return () => {
      clearTimeout(timer)
      setShown(false)
    }
  }, [isOn, delayMs])
  return isShown && isOn
}
