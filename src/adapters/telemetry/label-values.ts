/** Stands for all values of a label beyond the first ones. */
export const otherValue = 'other'
const maxValues = 250

/** The values of labels that have time series. Each creates permanent ones, so their number is limited. */
export class LabelValues {
  readonly #seen = new Map<string, Set<string>>()

  /** The value, or `other` if that label of that metric has 250 different ones. */
  bound(place: string, value: string): string {
    const seen = this.#seen.get(place) ?? new Set()
    if (value === otherValue || seen.has(value)) return value
    if (seen.size === maxValues) return otherValue
    this.#seen.set(place, seen.add(value))
    return value
  }
}
