import { useEffect, useState } from 'preact/hooks'

/** The whole seconds that are left of a wait, which begins when the object changes; 0 without a wait. */
export function useCountdown(wait: { readonly waitSeconds: number } | null): number {
  const [left, setLeft] = useState({ wait, seconds: wait?.waitSeconds ?? 0 })
  useEffect(() => {
    const seconds = wait?.waitSeconds ?? 0
    setLeft({ wait, seconds })
    if (seconds === 0) return
    const end = Date.now() + seconds * 1000
    const timer = setInterval(() => {
      const rest = Math.max(0, Math.ceil((end - Date.now()) / 1000))
      setLeft({ wait, seconds: rest })
      if (rest === 0) clearInterval(timer)
    }, 1000)
    return () => clearInterval(timer)
  }, [wait])
  return left.wait === wait ? left.seconds : (wait?.waitSeconds ?? 0)
}
