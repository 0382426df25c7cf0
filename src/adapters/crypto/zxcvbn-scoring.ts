import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs as graphs } from '@zxcvbn-ts/language-common'
import { translations } from '@zxcvbn-ts/language-en'
import type { PasswordScore } from '../../domain/passwords/password-scorer.ts'
import { PackedWords } from './packed-words.ts'
import { readWordLists } from './word-lists.ts'

/** The library's default of 100 doubles the time and changed no score in our comparison; 32 changed some. */
const l33tMaxSubstitutions = 50

/**
 * Number of characters that are scored. A password with a strong beginning is strong as a whole, and the time grows with
 * the square of the length: the slowest 64 characters take a tenth of the time of the slowest 128. A password that begins
 * with 64 simple characters is refused because of them.
 */
const maxScoredLength = 64

/**
 * Limits of the words that the caller passes. Each word takes time for every part of the password that it matches: this
 * number of words, chosen for the password, increases the time from 0.1 s to 0.3 s. The first words are used; the caller
 * puts the personal data of the user first, so that further words cannot displace it. The password policy itself checks
 * whether a password is built from the other words.
 */
const maxWords = 16
const maxWordLength = 32

export interface ScoringRequest {
  readonly password: string
  readonly words: readonly string[]
  readonly fromStranger: boolean
}

export type Scoring = (request: ScoringRequest) => PasswordScore

/**
 * Bounds for callers without a session, of whom anyone can send many: half of the time. A strong password of usual length
 * has its full score after 32 characters.
 */
const strangerLength = 32
const maxStrangerWords = 8

/** Loads zxcvbn and its dictionaries, which takes 0.1 s. A call then takes 10 ms, the slowest 0.3 s. */
export function createScoring(): Scoring {
  const zxcvbn = new ZxcvbnFactory({
    graphs,
    translations,
    l33tMaxSubstitutions,
    maxLength: maxScoredLength,
  })
  setDictionaries(zxcvbn)
  return ({ password, words, fromStranger }) => {
    const scored = fromStranger ? password.slice(0, strangerLength) : password
    const known = words
      .slice(0, fromStranger ? maxStrangerWords : maxWords)
      .map((word) => word.slice(0, maxWordLength))
    const { score, feedback } = zxcvbn.check(scored, known)
    const warning = feedback.warning === null || feedback.warning === '' ? [] : [feedback.warning]
    return { score, suggestions: [...warning, ...feedback.suggestions] }
  }
}

/**
 * Passes the dictionaries as packed words. The library itself makes an object with a property for each word of them, which uses 20 MB more. It
 * has no option for that: the properties that it looks up are private.
 * @throws if the library keeps its dictionaries in another way
 */
function setDictionaries(zxcvbn: ZxcvbnFactory): void {
  const options: unknown = Reflect.get(zxcvbn, 'options')
  if (!isRanked(options)) throw new Error('zxcvbn keeps its dictionaries in another way.')
  for (const [name, text] of Object.entries(readWordLists())) {
    const words = new PackedWords(text)
    options.rankedDictionaries[name] = new Proxy(noRanks, { get: (_, word) => words.rankOf(String(word)) })
    options.rankedDictionariesMaxWordSize[name] = words.maxLength
  }
}

const noRanks: Readonly<Record<string, number>> = Object.freeze(Object.create(null))

interface RankedOptions {
  readonly rankedDictionaries: Record<string, Readonly<Record<string, number>>>
  readonly rankedDictionariesMaxWordSize: Record<string, number>
}

function isRanked(options: unknown): options is RankedOptions {
  return (
    typeof options === 'object' &&
    options !== null &&
    'rankedDictionaries' in options &&
    'rankedDictionariesMaxWordSize' in options
  )
}
