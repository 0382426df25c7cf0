import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as english from '@zxcvbn-ts/language-en'
import { describe, expect, it } from 'vitest'
import { PackedWords } from '../../src/adapters/crypto/packed-words.ts'
import { readWordLists } from '../../src/adapters/crypto/word-lists.ts'
import { createScoring } from '../../src/adapters/crypto/zxcvbn-scoring.ts'

const lists = Object.entries(readWordLists()).map(([name, text]) => ({
  name,
  text,
  words: new TextDecoder().decode(text).split('\n'),
}))

describe('packed words', () => {
  it.each(lists)('know the rank of each word of $name, and of no other', ({ text, words }) => {
    const packed = new PackedWords(text)
    const ranks = new Map(words.map((word, index) => [word, index + 1]))
    const asked = words.flatMap((word) => [word, word.slice(1), word.slice(0, -1), `${word}s`, `${word}é`])
    expect(asked.filter((word) => packed.rankOf(word) !== ranks.get(word))).toEqual([])
    expect(packed.maxLength).toBe(words.reduce((longest, { length }) => Math.max(longest, length), 0))
  })

  it.each(['', 'constructor', '__proto__', '\n', 'a\nb'])('do not contain %j', (word) => {
    expect(new PackedWords(Buffer.from('a\nb\nc')).rankOf(word)).toBeUndefined()
  })
})

it('a score is the one that zxcvbn gives with dictionaries of its own', () => {
  const dictionary = Object.fromEntries(
    Object.entries({ ...common.dictionary, ...english.dictionary }).filter(([name]) =>
      lists.some((list) => list.name === name),
    ),
  )
  const zxcvbn = new ZxcvbnFactory({
    dictionary,
    graphs: common.adjacencyGraphs,
    translations: english.translations,
    l33tMaxSubstitutions: 50,
    maxLength: 64,
  })
  const scoring = createScoring()
  const known = ['ada', 'example.com']
  const words = lists.flatMap((list) => list.words.filter((_, index) => index % 4001 === 0))
  const passwords = words.flatMap((word, index) => [
    word,
    `${word}${index}`,
    `${word.toUpperCase()}!${words.at(-index)}`,
    word.replaceAll('a', '@').replaceAll('e', '3').replaceAll('o', '0'),
    [...word].reverse().join(''),
    `fiancé${word}`,
  ])
  for (const password of passwords) {
    const { score, feedback } = zxcvbn.check(password, known)
    const suggestions = [feedback.warning ?? '', ...feedback.suggestions].filter((text) => text !== '')
    expect(scoring({ password, words: known, fromStranger: false }), password).toEqual({ score, suggestions })
  }
})
