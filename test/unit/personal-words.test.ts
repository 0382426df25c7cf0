import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostName, isPersonal, personalWords } from '../../src/domain/passwords/personal-words.ts'

describe('personal words', () => {
  it('are names, username and address, as a whole and in pieces, folded', () => {
    const words = personalWords({
      email: 'ada.lovelace@mail.analytical-engine.example',
      username: 'Countess_1815',
      firstName: 'Áda',
      lastName: 'King-Noël',
      others: ['Babbage & Sons'],
    })
    expect([...words].sort()).toEqual(
      ['1815', 'adalovelace', 'analytical', 'babbage', 'babbagesons', 'countess', 'countess1815', 'engine']
        .concat(['kingnoel', 'lovelace', 'mail', 'mailanalyticalengine', 'noel', 'sons', 'king'])
        .sort(),
    )
  })

  it('have at least four characters, and exclude fields that were not given', () => {
    expect(personalWords({ email: 'a@b.de', username: null, firstName: 'Li', lastName: undefined })).toEqual(
      [],
    )
    expect(personalWords({})).toEqual([])
  })

  it('are bounded in number', () => {
    const others = Array.from({ length: 500 }, (_, index) => `word${index}`)
    expect(personalWords({ others })).toHaveLength(64)
  })

  it.each([
    ['mail.example.com', 'mail.example'],
    ['localhost', 'localhost'],
    ['', ''],
  ])('of the host %j are those of %j', (host, name) => {
    expect(hostName(host)).toBe(name)
  })
})

describe('a password', () => {
  const words = personalWords({
    email: 'ada.lovelace@example.com',
    username: 'illinois',
    others: ['Gatehouse'],
  })

  it.each([
    'lovelace',
    'Lovelace1815!',
    'LOVELACE-ada-99',
    'L0vel@ce1815!',
    'love.lace.1815',
    'Lóvelacé-1815',
    'ｌｏｖｅｌａｃｅ1815',
    '1ll1n01s2024',
    'G4t3h0u53!G4t3h0u53!',
    'ExampleExample1!',
    'AdaLovelace@example.com',
  ])('that is built from them is personal: %s', (password) => {
    expect(isPersonal(password, words)).toBe(true)
  })

  it.each([
    'Corr3ct-horse-battery!',
    'lovelace-walks-to-the-river-7',
    'k8#Vq2!mZx7pLw9@TrYe',
    'Lovel1815!',
    '',
  ])('that is not is not: %s', (password) => {
    expect(isPersonal(password, words)).toBe(false)
  })

  const word = fc.stringMatching(/^[a-z]{4,12}$/)

  it('is personal in any case, with any ending and substitution, up to twice the length of the word', () => {
    fc.assert(
      fc.property(word, fc.stringMatching(/^[0-9]{0,4}$/), fc.boolean(), (name, ending, leet) => {
        const written = leet ? name.replaceAll('a', '4').replaceAll('e', '3').replaceAll('o', '0') : name
        expect(isPersonal(written.toUpperCase() + ending, [name])).toBe(true)
      }),
    )
  })

  it('is never personal where nothing is known, nor when a word is less than half of it', () => {
    fc.assert(
      fc.property(word, fc.string({ maxLength: 40 }), (name, password) => {
        expect(isPersonal(password, [])).toBe(false)
        expect(isPersonal(`${name}${'×'.repeat(name.length + 1)}`, [name])).toBe(false)
      }),
    )
  })
})
