import { describe, expect, it } from 'vitest'
import { durationInWords } from '../../src/lib/time/duration.ts'

describe('durationInWords', () => {
  it.each([
    [0, '1 second'],
    [1, '1 second'],
    [60, '60 seconds'],
    [61, '2 minutes'],
    [1800, '30 minutes'],
    [7200, '120 minutes'],
    [7201, '3 hours'],
    [172_800, '48 hours'],
    [172_801, '3 days'],
  ])('%d seconds are %s', (seconds, words) => {
    expect(durationInWords(seconds)).toBe(words)
  })
})
