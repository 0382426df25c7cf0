import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printable, printableLine } from '../../src/cli/printable.ts'

describe('printable', () => {
  it.each([
    ['\u001b[2J', '\\u001b[2J'],
    ['\u009b31m', '\\u009b31m'],
    ['a\rb\tc\u0000', 'a\\u000db\\u0009c\\u0000'],
    ['\u202eevil\u2066', '\\u202eevil\\u2066'],
    ['zero\u200bwidth\u00ad\ufeff', 'zero\\u200bwidth\\u00ad\\ufeff'],
    ['\u2028\u2029', '\\u2028\\u2029'],
    ['\ue000\u{f0000}', '\\ue000\\udb80\\udc00'],
    ['\u{e0041}', '\\udb40\\udc41'],
    ['\ud800x\udc00', '\\ud800x\\udc00'],
    ['Ądá 陳大文 👍 "\\"', 'Ądá 陳大文 👍 "\\"'],
  ])('shows %j as %s', (text, shown) => {
    expect(printable(text)).toBe(shown)
    expect(printableLine(text)).toBe(shown)
  })

  it('keeps line feeds, unless one line is required', () => {
    expect(printable('{\n}')).toBe('{\n}')
    expect(printableLine('admin\nline 2: fine')).toBe('admin\\u000aline 2: fine')
  })

  it('keeps the meaning of JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = JSON.stringify(value, null, 2)
        expect(JSON.parse(printable(text))).toEqual(JSON.parse(text))
        expect(printable(text)).not.toMatch(/[^\P{C}\n\p{Cn}]/u)
      }),
    )
  })
})
