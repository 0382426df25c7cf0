import { describe, expect, it } from 'vitest'
import { type Language, languages, negotiateLanguage } from '../../src/texts/languages.ts'
import { durationInWords, exactDuration, plural } from '../../src/texts/numbers.ts'
import { de } from '../../src/texts/pages/de.ts'
import { en, type PageTexts } from '../../src/texts/pages/en.ts'
import { es } from '../../src/texts/pages/es.ts'
import { fr } from '../../src/texts/pages/fr.ts'

const pages: Readonly<Record<Language, PageTexts>> = { en, de, fr, es }

describe('the language of a request', () => {
  it.each<[string | null, Language]>([
    [null, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['de', 'de'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['DE_ch', 'de'],
    ['ja, fr-CA;q=0.5, en;q=0.2', 'fr'],
    ['en;q=0.3, es;q=0.7', 'es'],
    ['de;q=0, fr;q=0.1', 'fr'],
    ['de;q=high, es', 'es'],
    [`${'x,'.repeat(10_000)}de`, 'en'],
  ])('is for %j: %s', (header, language) => {
    expect(negotiateLanguage(header)).toBe(language)
  })
})

it('plural forms follow the language, and other stands for a missing form', () => {
  const forms = { one: 'one', other: 'other' }
  expect([0, 1, 2].map((count) => plural('en', count, forms))).toEqual(['other', 'one', 'other'])
  expect([0, 1, 2].map((count) => plural('fr', count, forms))).toEqual(['one', 'one', 'other'])
  expect(plural('es', 1_000_000, forms)).toBe('other')
})

it.each<[Language, number, string]>([
  ['en', 1, '1 second'],
  ['en', 90, '90 seconds'],
  ['de', 121, '3 Minuten'],
  ['fr', 7200, '2\u00a0heures'],
  ['es', 172_800, '2 días'],
])('a duration in %s: %d s is %s', (language, seconds, words) => {
  expect(durationInWords(language, seconds)).toBe(words)
})

it.each([
  [60, '1 minute'],
  [900, '15 minutes'],
  [3600, '1 hour'],
  [5400, '90 minutes'],
  [86_400, '24 hours'],
  [129_600, '36 hours'],
  [172_800, '2 days'],
  [604_800, '7 days'],
  [61, '61 seconds'],
])('an exact duration of %i s is %s', (seconds, words) => {
  expect(exactDuration('en', seconds)).toBe(words)
})

describe.each(languages)('the pages in %s', (language) => {
  const found = leavesOf(pages[language])

  it('have a text for every key', () => {
    expect(found.map(([path]) => path)).toEqual(leavesOf(en).map(([path]) => path))
    for (const [, text] of found) expect(text.trim()).not.toBe('')
  })

  it('use the value that a text is given', () => {
    for (const [path, text] of found.filter(([, , isFunction]) => isFunction))
      expect(text, path).toContain('42')
  })
})

/** Mails and pages address people in one form. */
it.each<[Language, string]>([
  ['de', 'du dich dir dein deine deinen deiner'],
  ['fr', 'tu te toi ton ta tes'],
  ['es', 'tu tus tú te ti tuyo tuya tienes puedes has elige escribe vuelve'],
])('the pages in %s use the formal form of address', (language, informal) => {
  const words = informal.split(' ')
  for (const [path, text] of leavesOf(pages[language])) {
    const used = text.toLowerCase().match(/\p{L}+/gu) ?? []
    expect(
      used.filter((word) => words.includes(word)),
      `${path}: ${text}`,
    ).toEqual([])
  }
})

it.each(['de', 'fr', 'es'] as const)('the pages in %s have typographic apostrophes', (language) => {
  const straight = leavesOf(pages[language]).filter(([, text]) => /\p{L}'\p{L}/u.test(text))
  expect(straight).toEqual([])
})

/** Every text with its path. A text with a value is called with 42. */
function leavesOf(texts: object, path = ''): (readonly [path: string, text: string, isFunction: boolean])[] {
  return Object.entries(texts).flatMap(([key, value]) => {
    const here = `${path}.${key}`
    if (typeof value === 'string') return [[here, value, false] as const]
    return typeof value === 'function' ? [[here, value(42), true] as const] : leavesOf(value, here)
  })
}
