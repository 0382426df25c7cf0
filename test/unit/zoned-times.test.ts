import { expect, it } from 'vitest'
import { withZonedTimes } from '../../src/adapters/prisma/server/zoned-times.ts'

const timestamptz = 1184
const timestamptzArray = 1185
const read = withZonedTimes(() => (text) => text)

it.each([
  ['2026-06-01 12:00:00.123456+12', '2026-06-01 00:00:00.123456+00'],
  ['2026-06-01 12:00:00-03:30', '2026-06-01 15:30:00+00'],
  ['10000-01-01 07:59:59+08', '9999-12-31 23:59:59+00'],
  ['10000-01-01 01:00:00+02', '9999-12-31 23:00:00+00'],
  ['10000-01-01 12:00:00+02', '10000-01-01 10:00:00+00'],
  ['9999-12-31 23:30:00-05', '10000-01-01 04:30:00+00'],
  ['100000-01-01 00:30:00+01', '99999-12-31 23:30:00+00'],
])('reads %s as %s', (text, utc) => {
  expect(read(timestamptz)(text)).toBe(utc)
})

it('reads every time of an array', () => {
  expect(read(timestamptzArray)('{"10000-01-01 07:59:59+08","2026-06-01 08:00:00+08"}')).toBe(
    '{"9999-12-31 23:59:59+00","2026-06-01 00:00:00+00"}',
  )
})

it.each(['infinity', '294276-12-31 23:59:59+08'])('leaves %s, which no date of JavaScript is', (text) => {
  expect(read(timestamptz)(text)).toBe(text)
})
