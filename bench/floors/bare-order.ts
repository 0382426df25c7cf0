/** Work of a floor without HTTP: so many calls, so many at once. */
export interface BareOrder {
  readonly work: 'hash' | 'rotation' | 'script'
  readonly calls: number
  readonly atOnce: number
}
