/** Comparison of two samples of times, without an assumption about their distribution. */
export interface Comparison {
  readonly medianA: number
  readonly medianB: number
  /** Share of pairs in which the time of A is longer: 0.5 if they are indistinguishable (Mann–Whitney). */
  readonly dominance: number
}

/** Indistinguishable: below 3 ms, which network jitter hides, or an effect size below 0.25, too small for this sample. */
const budgetMs = 3
const smallEffect = 0.25

export function compareSamples(a: readonly number[], b: readonly number[]): Comparison {
  let longer = 0
  for (const x of a) for (const y of b) longer += x > y ? 1 : x === y ? 0.5 : 0
  return { medianA: median(a), medianB: median(b), dominance: longer / (a.length * b.length) }
}

export function describeComparison(name: string, { medianA, medianB, dominance }: Comparison): string {
  const apart = Math.abs(medianA - medianB) >= budgetMs && Math.abs(dominance - 0.5) >= smallEffect
  const ms = (value: number) => `${value.toFixed(2)} ms`
  return `| ${name} | ${ms(medianA)} | ${ms(medianB)} | ${ms(medianA - medianB)} | ${dominance.toFixed(3)} | ${apart ? 'YES' : 'no'} |`
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}
