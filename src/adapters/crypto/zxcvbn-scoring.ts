import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as english from '@zxcvbn-ts/language-en'
import type { PasswordScore } from '../../domain/passwords/password-scorer.ts'

/** The useful dictionaries. The other fourteen are tiny (planets, seasons …) and would triple the time. */
const dictionaries = /^(passwords|diceware|commonWords|firstnames|lastnames|wikipedia)-/

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

/** Loads zxcvbn and its dictionaries, which takes 0.3 s and 100 MB. A call then takes 10 ms, the slowest 0.3 s. */
export function createScoring(): Scoring {
  const dictionary = Object.fromEntries(
    Object.entries({ ...common.dictionary, ...english.dictionary }).filter(([name]) =>
      dictionaries.test(name),
    ),
  )
  const zxcvbn = new ZxcvbnFactory({
    dictionary,
    graphs: common.adjacencyGraphs,
    translations: english.translations,
    l33tMaxSubstitutions,
    maxLength: maxScoredLength,
  })
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
