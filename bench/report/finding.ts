/** One figure that has goals. */
export interface Finding {
  /** What is measured, as in the table of goals. */
  readonly what: string
  readonly value: number
  readonly unit: string
  /** Bounds of the figure; `null`: there is no goal. */
  readonly must: number | null
  readonly aim: number | null
  readonly better: 'lower' | 'higher'
  /** Number of requests that failed while it was measured, of those that must not. Above 0, no goal counts as reached. */
  readonly failed: number
}

export type Verdict = 'aim' | 'must' | 'missed' | 'no goal' | 'requests failed'

/** Which of its goals a figure reaches. A failed request is cheap, so a figure with failed requests reaches none. */
export function verdictOf({ value, must, aim, better, failed }: Finding): Verdict {
  if (failed > 0) return 'requests failed'
  const reaches = (goal: number) => (better === 'lower' ? value <= goal : value >= goal)
  if (aim !== null && reaches(aim)) return 'aim'
  if (must === null) return 'no goal'
  return reaches(must) ? 'must' : 'missed'
}

/** A figure that should be low. */
export function lower(
  what: string,
  value: number,
  unit: string,
  must: number | null,
  aim: number | null,
  failed = 0,
): Finding {
  return { what, value, unit, must, aim, better: 'lower', failed }
}

/** A figure that should be high. */
export function higher(
  what: string,
  value: number,
  unit: string,
  must: number | null,
  aim: number | null,
  failed = 0,
): Finding {
  return { what, value, unit, must, aim, better: 'higher', failed }
}
